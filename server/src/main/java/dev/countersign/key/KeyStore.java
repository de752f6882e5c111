package dev.countersign.key;

import com.google.crypto.tink.Aead;
import com.nimbusds.jose.jwk.JWK;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps signing keys as JWKs, the private ones encrypted; the key's id is authenticated with them. */
final class KeyStore {
    private final Database database;
    private final Journal journal;
    private final Aead aead;
    private final InstantSource clock;

    KeyStore(Database database, Journal journal, Aead aead, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.aead = aead;
        this.clock = clock;
    }

    InstantSource clock() {
        return clock;
    }

    /** All keys of a purpose, newest first. */
    List<Stored> all(Purpose purpose) {
        return database.read(handle -> handle.createQuery(
                        "select id, private_jwk, created_at, retired_at from signing_key"
                                + " where purpose = :purpose order by created_at desc, id")
                .bind("purpose", purpose.name())
                .map((row, context) -> new Stored(
                        open(row.getString("id"), row.getBytes("private_jwk")),
                        row.getObject("retired_at") == null ? null : Instant.ofEpochMilli(row.getLong("retired_at"))))
                .list());
    }

    /** Adds a key and retires the earlier ones of its purpose. */
    void add(Purpose purpose, JWK key) {
        var sealed = seal(key);
        var now = clock.millis();
        journal.commit((handle, evidence) -> {
            handle.createUpdate(
                            "update signing_key set retired_at = :now where purpose = :purpose and retired_at is null")
                    .bind("now", now)
                    .bind("purpose", purpose.name())
                    .execute();
            handle.createUpdate("insert into signing_key (id, purpose, public_jwk, private_jwk, created_at)"
                            + " values (:id, :purpose, :public, :private, :now)")
                    .bind("id", key.getKeyID())
                    .bind("purpose", purpose.name())
                    .bind("public", key.toPublicJWK().toJSONString())
                    .bind("private", sealed)
                    .bind("now", now)
                    .execute();
            evidence.record(Entry.of("key.created", key.getKeyID()).with("purpose", purpose.name()));
            return key;
        });
    }

    private byte[] seal(JWK key) {
        try {
            return aead.encrypt(
                    key.toJSONString().getBytes(StandardCharsets.UTF_8),
                    key.getKeyID().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A signing key cannot be encrypted", e);
        }
    }

    private JWK open(String id, byte[] sealed) {
        try {
            return JWK.parse(
                    new String(aead.decrypt(sealed, id.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | ParseException e) {
            throw new IllegalStateException("Signing key " + id + " does not open with this master key", e);
        }
    }

    /** What a key is for. */
    enum Purpose {
        TOKEN,
        RECEIPT,
        CHECKPOINT,
        SIGNAL,
        PUSH
    }

    /** A key, and since when it signs no longer. */
    record Stored(JWK key, @Nullable Instant retiredAt) {}
}
