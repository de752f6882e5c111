package dev.countersign.login;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Logins under way. Each is bound to the browser that began it and ends at its first callback. */
final class LoginAttempts {
    /** How long a person may take at the identity provider. */
    static final Duration LIFE = Duration.ofMinutes(10);

    /** Logins under way at once; more are refused. */
    static final int MAX_PENDING = 10_000;

    private final Journal journal;
    private final InstantSource clock;
    private final int maxPending;

    LoginAttempts(Journal journal, InstantSource clock, int maxPending) {
        this.journal = journal;
        this.clock = clock;
        this.maxPending = maxPending;
    }

    /**
     * Remembers a login by the hashes of its state and browser. No evidence: nobody has shown who they are yet.
     *
     * @param notBefore the oldest authentication that it may be answered with, or null for any
     */
    void begin(String state, String browser, String provider, OwnPath returnTo, @Nullable Instant notBefore) {
        var now = clock.millis();
        journal.commit((database, evidence) -> {
            database.execute("delete from login_attempt where expires_at <= ?", now);
            var pending = database.select("select count(*) from login_attempt")
                    .mapTo(Integer.class)
                    .one();
            if (pending >= maxPending) {
                throw Problem.unavailable("Too many logins are under way");
            }
            return database.execute(
                    "insert into login_attempt (state_hash, browser_hash, provider, return_to, expires_at, not_before)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    Opaque.hash(state),
                    Opaque.hash(browser),
                    provider,
                    returnTo.value(),
                    now + LIFE.toMillis(),
                    notBefore == null ? null : notBefore.toEpochMilli());
        });
    }

    /** The login of this state that this browser began; it cannot be finished again. */
    Optional<LoginAttempt> finish(String state, String browser) {
        var now = clock.millis();
        return journal.commit(
                (database, evidence) -> database.select("""
                        delete from login_attempt
                        where state_hash = ? and browser_hash = ? and expires_at > ?
                        returning provider, return_to, not_before
                        """, Opaque.hash(state), Opaque.hash(browser), now)
                        .map((row, context) -> attempt(row))
                        .findOne());
    }

    private static LoginAttempt attempt(ResultSet row) throws SQLException {
        var notBefore = row.getLong("not_before");
        return new LoginAttempt(
                row.getString("provider"),
                row.wasNull() ? null : Instant.ofEpochMilli(notBefore),
                new OwnPath(row.getString("return_to")));
    }

    /**
     * @param provider issuer of the identity provider that was asked
     * @param notBefore the oldest authentication that answers it, or null
     */
    record LoginAttempt(String provider, @Nullable Instant notBefore, OwnPath returnTo) {}
}
