package dev.countersign.dbsc;

import dev.countersign.dbsc.Challenges.Purpose;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.UsedOnce;
import dev.countersign.key.Sha256;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Proofs of registered keys, each for one challenge of ours, once. */
final class Refreshes {
    /** Proofs of one session that are taken in each {@link #WINDOW}. */
    static final int MAX_PROOFS = 60;

    /** The time that the bound is for. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final Challenges challenges;
    private final BoundCookies cookies;
    private final DbscStore store;
    private final Sessions sessions;
    private final Journal journal;
    private final InstantSource clock;

    Refreshes(
            Challenges challenges,
            BoundCookies cookies,
            DbscStore store,
            Sessions sessions,
            Journal journal,
            InstantSource clock) {
        this.challenges = challenges;
        this.cookies = cookies;
        this.store = store;
        this.sessions = sessions;
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * What comes of a refresh of {@code session}.
     *
     * @param jwt the proof, or null
     * @param named the session of the request's cookie, or null
     * @param audience where the request was sent
     */
    Refresh refresh(SessionId session, @Nullable String jwt, @Nullable SessionId named, String audience) {
        var now = clock.instant();
        var bound = store.key(session);
        var found = sessions.find(session).filter(known -> hasNotEnded(known, now));
        if (bound.isEmpty() || found.isEmpty()) {
            return new Refresh.Ended();
        }
        if (jwt == null) {
            return challenge(session);
        }
        try {
            var proof = DbscProof.read(jwt);
            proof.verifyBy(bound.get().key());
            if (proof.isForAnother(session.value(), audience)) {
                throw new InvalidJws("The proof is for another session or address");
            }
            return challenges.isGood(proof.challenge(), Purpose.REFRESH, session)
                    ? accept(session, proof.challenge(), now)
                    : challenge(session); // too old, or signed for another: draft "Server considerations"
        } catch (InvalidJws e) {
            refuse(session, session.equals(named), e.text());
            return new Refresh.Refused(e.text());
        }
    }

    /** Live or suspended: whoever has the key may prove it to step up. */
    private static boolean hasNotEnded(Session session, Instant now) {
        return session.state() != SessionState.ENDED
                && now.isBefore(session.idleExpiresAt())
                && now.isBefore(session.expiresAt());
    }

    private Refresh challenge(SessionId session) {
        return new Refresh.Challenged(challenges.mint(Purpose.REFRESH, session));
    }

    private Refresh accept(SessionId session, String challenge, Instant now) {
        var cookie = cookies.mint();
        var outcome = journal.commit((handle, evidence) -> {
            if (DbscStore.proofs(handle, session, now.minus(WINDOW)) >= MAX_PROOFS) {
                return Optional.<Refresh>of(new Refresh.TooMany());
            }
            if (!UsedOnce.use(handle, "dbsc:" + Sha256.base64url(challenge), now.plus(Challenges.LIFE), now)) {
                return Optional.<Refresh>empty();
            }
            cookies.remember(handle, session, cookie, now);
            evidence.record(Entry.of("session.proved", session.value()).with("binding", "dbsc"));
            return Optional.<Refresh>of(new Refresh.Proved(cookie));
        });
        if (outcome.isEmpty()) {
            sessions.signal(session, "proof_replayed", "A proof of the browser's key was used before");
            return challenge(session);
        }
        return outcome.get();
    }

    /** Who sends the session's cookie with a proof by another key has the cookie and not the key. */
    private void refuse(SessionId session, boolean withCookie, String text) {
        sessions.signal(session, "proof_failed", "A proof of the browser's key was refused: " + text);
        if (withCookie) {
            sessions.suspend(session, "A copy of the browser's cookie: a refresh was tried without its key");
        }
    }

    /** What came of a refresh. */
    sealed interface Refresh {
        /**
         * Proved.
         *
         * @param cookie that stands for it
         */
        record Proved(String cookie) implements Refresh {}

        /** Sign this and come again. */
        record Challenged(String challenge) implements Refresh {}

        /** There is no such session, or it has ended: the browser forgets it. */
        record Ended() implements Refresh {}

        /** The proof is not one of the session's key. */
        record Refused(String text) implements Refresh {}

        /** Come again later. */
        record TooMany() implements Refresh {}
    }
}
