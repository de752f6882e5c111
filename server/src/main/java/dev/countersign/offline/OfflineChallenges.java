package dev.countersign.offline;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What devices were asked about requests and have not answered yet: one nonce for each request and key, however it travels. */
public final class OfflineChallenges {
    /** Wrong codes for one challenge; then that key cannot answer this request any more. */
    static final int MAX_ATTEMPTS = 5;

    private OfflineChallenges() {}

    /** False when the key was asked before: that nonce stays. */
    public static boolean insert(Handle database, String request, OfflineKey key, String nonce, Instant expiresAt) {
        return database.createUpdate("""
                        insert into offline_challenge (request, person, key_id, nonce, attempts, expires_at)
                        values (:request, :person, :key, :nonce, 0, :expires)
                        on conflict (request, person, key_id) do nothing""")
                        .bind("request", request)
                        .bind("person", key.person().id())
                        .bind("key", key.id())
                        .bind("nonce", nonce)
                        .bind("expires", expiresAt.toEpochMilli())
                        .execute()
                == 1;
    }

    /** Empty when there is nothing to answer, or too many wrong codes were. */
    public static Optional<String> nonce(Handle database, String request, OfflineKey key) {
        return database.createQuery("""
                        select nonce from offline_challenge
                        where request = :request and person = :person and key_id = :key and attempts < :most""")
                .bind("request", request)
                .bind("person", key.person().id())
                .bind("key", key.id())
                .bind("most", MAX_ATTEMPTS)
                .mapTo(String.class)
                .findOne();
    }

    /** As {@link #nonce}, with one attempt less. */
    public static Optional<String> attempt(Handle database, String request, OfflineKey key) {
        return database.createQuery("""
                        update offline_challenge set attempts = attempts + 1
                        where request = :request and person = :person and key_id = :key and attempts < :most
                        returning nonce""")
                .bind("request", request)
                .bind("person", key.person().id())
                .bind("key", key.id())
                .bind("most", MAX_ATTEMPTS)
                .mapTo(String.class)
                .findOne();
    }

    /** True once, while the key may sign. */
    public static boolean take(Handle database, String request, OfflineKey key, String nonce) {
        return database.createUpdate("""
                        delete from offline_challenge
                        where request = :request and person = :person and key_id = :key and nonce = :nonce
                            and exists (select 1 from offline_key where id = :key and revoked_at is null and waiting = 0)""")
                        .bind("request", request)
                        .bind("person", key.person().id())
                        .bind("key", key.id())
                        .bind("nonce", nonce)
                        .execute()
                == 1;
    }
}
