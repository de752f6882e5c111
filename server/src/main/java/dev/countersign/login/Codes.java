package dev.countersign.login;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.session.CodeGrants;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.Sessions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Authorization codes: each stands for one session, for a minute, once. */
final class Codes implements CodeGrants {
    /** How long an application may take to redeem a code. RFC 6749 §4.1.2 allows ten minutes. */
    static final Duration LIFE = Duration.ofSeconds(60);

    private final Journal journal;
    private final Sessions sessions;
    private final InstantSource clock;
    private final SecureRandom random;

    Codes(Journal journal, Sessions sessions, InstantSource clock, SecureRandom random) {
        this.journal = journal;
        this.sessions = sessions;
        this.clock = clock;
        this.random = random;
    }

    /** A new code for {@code session}, redeemable by who made {@code request} alone. */
    String issue(Session session, AuthorizeRequest request) {
        var code = Opaque.mint(random);
        var now = clock.millis();
        journal.commit((database, evidence) -> {
            database.execute("delete from authorization_code where forget_at <= ?", now);
            evidence.record(Entry.of("code.issued", session.id().value()).with("client", request.client()));
            return database.execute(
                    """
                    insert into authorization_code (code_hash, session, client, redirect_uri, challenge, thumbprint,
                        expires_at, forget_at, used)
                    values (?, ?, ?, ?, ?, ?, ?, ?, 0)
                    """,
                    Opaque.hash(code),
                    session.id().value(),
                    request.client(),
                    request.redirectUri(),
                    request.challenge(),
                    request.thumbprint(),
                    now + LIFE.toMillis(),
                    Math.max(now + LIFE.toMillis(), session.expiresAt().toEpochMilli()));
        });
        return code;
    }

    @Override
    public Optional<Session> redeem(
            String code, String client, String redirectUri, String verifier, String thumbprint) {
        if (!Opaque.hasForm(code)) {
            return Optional.empty();
        }
        var challenge = Opaque.challenge(verifier);
        var now = clock.millis();
        var outcome = journal.commit((database, evidence) -> {
            var spent = database.select("""
                            update authorization_code set used = 1
                            where code_hash = ? and used = 0 and expires_at > ?
                                and client = ? and redirect_uri = ? and challenge = ? and thumbprint = ?
                            returning session
                            """, Opaque.hash(code), now, client, redirectUri, challenge, thumbprint)
                    .map((row, context) -> new Redemption(new SessionId(row.getString("session")), What.REDEEMED))
                    .findOne();
            var found = spent.isPresent() ? spent : refusal(database, code);
            found.ifPresent(redemption -> evidence.record(
                    Entry.of(redemption.what().kind, redemption.session().value())
                            .with("client", client)));
            return found;
        });
        return outcome.flatMap(this::conclude);
    }

    /** Why a code that is known was refused: used before, or presented with something that does not fit. */
    private static Optional<Redemption> refusal(Handle database, String code) {
        return database.select("select session, used from authorization_code where code_hash = ?", Opaque.hash(code))
                .map((row, context) -> new Redemption(
                        new SessionId(row.getString("session")),
                        row.getInt("used") == 1 ? What.REPLAYED : What.REFUSED))
                .findOne();
    }

    private Optional<Session> conclude(Redemption redemption) {
        var now = clock.instant();
        return switch (redemption.what()) {
            case REDEEMED -> sessions.find(redemption.session()).filter(session -> session.isLive(now));
            case REPLAYED -> {
                sessions.end(redemption.session(), "authorization code used twice"); // RFC 9700 §2.1.1
                yield Optional.empty();
            }
            case REFUSED -> Optional.empty(); // still unused: whoever only saw the code cannot spoil it
        };
    }

    private record Redemption(SessionId session, What what) {}

    private enum What {
        REDEEMED("code.redeemed"),
        REPLAYED("code.replayed"),
        REFUSED("code.refused");

        private final String kind;

        What(String kind) {
            this.kind = kind;
        }
    }
}
