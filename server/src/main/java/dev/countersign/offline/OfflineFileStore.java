package dev.countersign.offline;

import dev.countersign.http.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The files of a key: what the last one was, what each asked, and which were answered. */
public final class OfflineFileStore {
    private OfflineFileStore() {}

    /** The numbers of a key that signs. */
    public static Optional<Numbers> numbers(Handle database, String key) {
        return database.createQuery("""
                        select issued_files, last_file, answered_files from offline_key
                        where id = :key and revoked_at is null and waiting = 0""")
                .bind("key", key)
                .map((row, context) -> new Numbers(
                        row.getLong("issued_files"), row.getString("last_file"), row.getLong("answered_files")))
                .findOne();
    }

    /** Keeps the file that follows {@code last}. False when another one did. */
    public static boolean insert(Handle database, String key, Numbers last, Issued file) {
        var counted = database.createUpdate("""
                        update offline_key set issued_files = :sequence, last_file = :sha256
                        where id = :key and issued_files = :last""")
                .bind("key", key)
                .bind("sequence", last.issued() + 1)
                .bind("sha256", file.sha256())
                .bind("last", last.issued())
                .execute();
        return counted == 1
                && database.createUpdate("""
                        insert into offline_file (key_id, sequence, sha256, items, expires_at)
                        values (:key, :sequence, :sha256, :items, :expires)""")
                                .bind("key", key)
                                .bind("sequence", last.issued() + 1)
                                .bind("sha256", file.sha256())
                                .bind("items", written(file.items()))
                                .bind("expires", file.expiresAt().toEpochMilli())
                                .execute()
                        == 1;
    }

    public static Optional<Issued> find(Handle database, String key, long sequence) {
        return database.createQuery("""
                        select sha256, items, expires_at from offline_file where key_id = :key and sequence = :sequence""")
                .bind("key", key)
                .bind("sequence", sequence)
                .map((row, context) -> new Issued(
                        row.getString("sha256"),
                        items(Json.MAPPER.readTree(row.getString("items"))),
                        Instant.ofEpochMilli(row.getLong("expires_at"))))
                .findOne();
    }

    /** True once for each file, and for none after a later one; while the key signs. */
    public static boolean answered(Handle database, String key, long last, long sequence) {
        return database.createUpdate("""
                        update offline_key set answered_files = :sequence
                        where id = :key and answered_files = :last and answered_files < :sequence
                            and revoked_at is null and waiting = 0""")
                        .bind("key", key)
                        .bind("last", last)
                        .bind("sequence", sequence)
                        .execute()
                == 1;
    }

    private static String written(List<Item> items) {
        var array = Json.MAPPER.createArrayNode();
        items.forEach(item -> array.addObject().put("request", item.request()).put("nonce", item.nonce()));
        return array.toString();
    }

    private static List<Item> items(JsonNode array) {
        var items = new ArrayList<Item>();
        array.forEach(item -> items.add(
                new Item(item.path("request").asString(""), item.path("nonce").asString(""))));
        return items;
    }

    /**
     * @param issued the number of the last file, 0 before the first
     * @param lastFile its SHA-256, hex, or null
     * @param answered the number of the last file whose answers were taken, 0 before the first
     */
    public record Numbers(long issued, @Nullable String lastFile, long answered) {}

    /** @param sha256 as {@link RequestFile#sha256} */
    public record Issued(String sha256, List<Item> items, Instant expiresAt) {}

    /** @param nonce base64url */
    public record Item(String request, String nonce) {}
}
