package dev.countersign.offline;

import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Offline keys and enrolments. */
final class OfflineKeyStore {
    private OfflineKeyStore() {}

    static List<OfflineKey> of(Handle database, Person person) {
        return database.createQuery("select * from offline_key where person = :person order by created_at, id")
                .bind("person", person.id())
                .map(OfflineKeyStore::key)
                .list();
    }

    static void insert(Handle database, OfflineKey key) {
        database.createUpdate("""
                        insert into offline_key (id, person, method, material, label, created_at, waiting)
                        values (:id, :person, :method, :material, :label, :now, :waiting)""")
                .bind("id", key.id())
                .bind("person", key.person().id())
                .bind("method", key.method().word())
                .bind("material", key.material())
                .bind("label", key.label())
                .bind("now", key.createdAt().toEpochMilli())
                .bind("waiting", key.isWaiting() ? 1 : 0)
                .execute();
    }

    /** False when it was not this person's, or revoked before. */
    static boolean revoke(Handle database, String id, Person person, Instant now) {
        return database.createUpdate(
                                "update offline_key set revoked_at = :now where id = :id and person = :person and revoked_at is null")
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .bind("person", person.id())
                        .execute()
                == 1;
    }

    /** Those that a second person must confirm, the oldest first. */
    static List<OfflineKey> waiting(Handle database, int most) {
        return database.createQuery("""
                        select * from offline_key where waiting = 1 and revoked_at is null
                        order by created_at, id limit :most""")
                .bind("most", most)
                .map(OfflineKeyStore::key)
                .list();
    }

    /** The key with this id, if a second person must confirm it. */
    static Optional<OfflineKey> waiting(Handle database, String id) {
        return database.createQuery("select * from offline_key where id = :id and waiting = 1 and revoked_at is null")
                .bind("id", id)
                .map(OfflineKeyStore::key)
                .findOne();
    }

    /** True once. */
    static boolean confirm(Handle database, String id, Person by, Instant now) {
        return database.createUpdate("""
                        update offline_key set waiting = 0, confirmed_by = :by, confirmed_at = :now
                        where id = :id and waiting = 1 and revoked_at is null""")
                        .bind("id", id)
                        .bind("by", by.id())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static void begin(
            Handle database,
            Person person,
            SigningMethod method,
            String nonce,
            @Nullable String secret,
            Instant until) {
        database.createUpdate("""
                        insert into offline_enrolment (person, method, nonce, secret, attempts, expires_at)
                        values (:person, :method, :nonce, :secret, 0, :until)
                        on conflict (person) do update set method = excluded.method, nonce = excluded.nonce,
                            secret = excluded.secret, attempts = 0, expires_at = excluded.expires_at""")
                .bind("person", person.id())
                .bind("method", method.word())
                .bind("nonce", nonce)
                .bind("secret", secret)
                .bind("until", until.toEpochMilli())
                .execute();
    }

    /** The enrolment under way, with one attempt less; empty when there is none or too many were made. */
    static Optional<Enrolment> attempt(Handle database, Person person, int most, Instant now) {
        return database.createQuery("""
                        update offline_enrolment set attempts = attempts + 1
                        where person = :person and attempts < :most and expires_at > :now
                        returning method, nonce, secret""")
                .bind("person", person.id())
                .bind("most", most)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new Enrolment(
                        SigningMethod.of(row.getString("method")).orElseThrow(),
                        row.getString("nonce"),
                        row.getString("secret")))
                .findOne();
    }

    /** True once. */
    static boolean end(Handle database, Person person, String nonce) {
        return database.createUpdate("delete from offline_enrolment where person = :person and nonce = :nonce")
                        .bind("person", person.id())
                        .bind("nonce", nonce)
                        .execute()
                == 1;
    }

    private static OfflineKey key(ResultSet row, StatementContext context) throws SQLException {
        var revoked = row.getLong("revoked_at");
        var isRevoked = !row.wasNull();
        return new OfflineKey(
                row.getString("id"),
                new Person(row.getString("person")),
                SigningMethod.of(row.getString("method")).orElseThrow(),
                row.getString("material"),
                row.getString("label"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                row.getInt("waiting") == 1,
                isRevoked ? Instant.ofEpochMilli(revoked) : null);
    }

    /**
     * An enrolment under way.
     *
     * @param secret sealed, or null
     */
    record Enrolment(
            SigningMethod method, String nonce, @Nullable String secret) {}
}
