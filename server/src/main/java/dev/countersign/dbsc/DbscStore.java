package dev.countersign.dbsc;

import dev.countersign.evidence.Journal;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Sha256;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Browsers' keys and the cookies that stand for proofs of them. Cookies are stored as their SHA-256 only. */
final class DbscStore {
    private static final int THE_ONE = 1;

    private final Database database;

    DbscStore(Database database) {
        this.database = database;
    }

    /** The deployment's secret: {@code fresh} when there was none. */
    static byte[] secret(Journal journal, byte[] fresh) {
        return journal.commit((handle, evidence) -> {
            handle.execute("insert into dbsc_secret (id, secret) values (?, ?) on conflict do nothing", THE_ONE, fresh);
            return handle.select("select secret from dbsc_secret where id = ?", THE_ONE)
                    .mapTo(byte[].class)
                    .one();
        });
    }

    static void insertKey(Handle handle, SessionId session, BrowserKey key, Instant now) {
        handle.execute(
                "insert into dbsc_key (session, public_key, thumbprint, algorithm, registered_at) values (?, ?, ?, ?, ?)",
                session.value(),
                key.encoded(),
                key.thumbprint(),
                key.algorithm().name(),
                now.toEpochMilli());
    }

    Optional<Registered> key(SessionId session) {
        return database.read(handle -> handle.select(
                        "select public_key, thumbprint, algorithm, registered_at from dbsc_key where session = ?",
                        session.value())
                .map((row, context) -> new Registered(
                        BrowserKey.of(
                                row.getBytes("public_key"),
                                row.getString("thumbprint"),
                                SigningAlgorithm.valueOf(row.getString("algorithm"))),
                        Instant.ofEpochMilli(row.getLong("registered_at"))))
                .findOne());
    }

    /** A key and when it was registered. */
    record Registered(BrowserKey key, Instant at) {}

    /** Adds the cookie of a proof made now, and forgets those of {@code forget} and before. */
    static void insertCookie(Handle handle, SessionId session, String cookie, Instant now, Instant forget) {
        handle.execute("delete from dbsc_cookie where proved_at < ?", forget.toEpochMilli());
        handle.execute("""
                insert into dbsc_cookie (cookie_hash, session, number, proved_at, demands)
                select ?, ?, coalesce(max(number), 0) + 1, ?, 0 from dbsc_cookie where session = ?
                """, Sha256.of(cookie), session.value(), now.toEpochMilli(), session.value());
    }

    /** Proofs of the session since {@code since}. */
    static int proofs(Handle handle, SessionId session, Instant since) {
        return handle.select(
                        "select count(*) from dbsc_cookie where session = ? and proved_at >= ?",
                        session.value(),
                        since.toEpochMilli())
                .mapTo(Integer.class)
                .one();
    }

    Optional<Known> cookie(SessionId session, String cookie) {
        return database.read(handle -> handle.select("""
                        select proved_at, confirmed_at, (
                            select min(newer.confirmed_at) from dbsc_cookie newer
                            where newer.session = this.session and newer.number > this.number) as superseded_at
                        from dbsc_cookie this where cookie_hash = ? and session = ?
                        """, Sha256.of(cookie), session.value())
                .map((row, context) -> new Known(
                        Instant.ofEpochMilli(row.getLong("proved_at")),
                        time(row, "confirmed_at"),
                        time(row, "superseded_at")))
                .findOne());
    }

    /** When the browser first sent a bound cookie of the session. */
    Optional<Instant> firstConfirmed(SessionId session) {
        return database.read(handle -> handle.select("""
                        select confirmed_at from dbsc_cookie where session = ? and confirmed_at is not null
                        order by confirmed_at limit 1
                        """, session.value())
                .map((row, context) -> Instant.ofEpochMilli(row.getLong("confirmed_at")))
                .findOne());
    }

    static void confirm(Handle handle, SessionId session, String cookie, Instant now) {
        handle.execute(
                "update dbsc_cookie set confirmed_at = ? where cookie_hash = ? and session = ? and confirmed_at is null",
                now.toEpochMilli(),
                Sha256.of(cookie),
                session.value());
    }

    /** Counts that a new proof was demanded instead of this cookie. */
    static Demands demand(Handle handle, SessionId session, String cookie, Instant now) {
        return handle.select("""
                        update dbsc_cookie set demands = demands + 1, demanded_at = coalesce(demanded_at, ?)
                        where cookie_hash = ? and session = ? returning demands, demanded_at
                        """, now.toEpochMilli(), Sha256.of(cookie), session.value())
                .map((row, context) ->
                        new Demands(row.getInt("demands"), Instant.ofEpochMilli(row.getLong("demanded_at"))))
                .findOne()
                .orElse(new Demands(0, now));
    }

    /**
     * How often a new proof was demanded instead of a cookie.
     *
     * @param first when it first was
     */
    record Demands(int count, Instant first) {}

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /**
     * A cookie that is known.
     *
     * @param confirmedAt when the browser first sent it, or null
     * @param supersededAt when the browser first sent one of a later proof, or null
     */
    record Known(
            Instant provedAt,
            @Nullable Instant confirmedAt,
            @Nullable Instant supersededAt) {
        boolean isOlderThan(Duration life, Instant now) {
            return !now.isBefore(provedAt.plus(life));
        }

        /** True when later cookies have been in the browser for longer than {@code grace}. */
        boolean isSuperseded(Duration grace, Instant now) {
            return supersededAt != null && !now.isBefore(supersededAt.plus(grace));
        }
    }
}
