package dev.countersign.webauthn;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import dev.countersign.session.SessionId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** Challenges for one purpose in one browser session about one session; kept hashed, spent at most once. */
final class Challenges {
    /** How long one may be answered. */
    static final Duration TTL = Duration.ofMinutes(2);

    /** Challenges of one browser session within {@link #TTL}, spent or not. */
    static final int MAX_PER_BROWSER_SESSION = 20;

    /** Bytes of one. */
    static final int BYTES = 32;

    private final Journal journal;
    private final InstantSource clock;
    private final SecureRandom random;

    Challenges(Journal journal, InstantSource clock, SecureRandom random) {
        this.journal = journal;
        this.clock = clock;
        this.random = random;
    }

    /** A new one. Problem 429 when this browser session asked for too many. */
    byte[] mint(Purpose purpose, SessionId browserSession, SessionId session) {
        var challenge = new byte[BYTES];
        random.nextBytes(challenge);
        var now = clock.millis();
        return journal.commit((handle, evidence) -> {
            handle.createUpdate("delete from webauthn_challenge where expires_at <= :now")
                    .bind("now", now)
                    .execute();
            var open = handle.createQuery("select count(*) from webauthn_challenge where browser_session = :browser")
                    .bind("browser", browserSession.value())
                    .mapTo(Integer.class)
                    .one();
            if (open >= MAX_PER_BROWSER_SESSION) {
                throw new Problem(429, "too-many-challenges", "Too many attempts at once; wait two minutes")
                        .header("Retry-After", Long.toString(TTL.toSeconds()));
            }
            handle.createUpdate("""
                            insert into webauthn_challenge (hash, purpose, browser_session, session, expires_at)
                            values (:hash, :purpose, :browser, :session, :expires)
                            """)
                    .bind("hash", Sha256.hex(challenge))
                    .bind("purpose", purpose.name())
                    .bind("browser", browserSession.value())
                    .bind("session", session.value())
                    .bind("expires", now + TTL.toMillis())
                    .execute();
            return challenge;
        });
    }

    /** Spends it. False when it is unknown, expired, spent, or was minted for something else. */
    boolean spend(byte[] challenge, Purpose purpose, SessionId browserSession, SessionId session) {
        var now = clock.millis();
        return journal.commit((handle, evidence) -> handle.createUpdate("""
                        update webauthn_challenge set spent_at = :now
                        where hash = :hash and purpose = :purpose and browser_session = :browser and session = :session
                          and spent_at is null and expires_at > :now
                        """)
                        .bind("now", now)
                        .bind("hash", Sha256.hex(challenge))
                        .bind("purpose", purpose.name())
                        .bind("browser", browserSession.value())
                        .bind("session", session.value())
                        .execute()
                == 1);
    }

    /** What a challenge is for. */
    enum Purpose {
        REGISTER,
        STEP_UP,
        /** An authenticator that waits is registered again. */
        AGAIN
    }
}
