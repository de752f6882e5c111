package dev.countersign.webauthn;

import static java.util.Objects.requireNonNull;

import dev.countersign.session.Person;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered authenticator (WebAuthn L3 §4 "credential record").
 *
 * @param id credential id, base64url
 * @param aaguid 16 bytes
 * @param publicKey COSE_Key
 * @param counter the signature counter of its latest use
 * @param backupEligible may be synced to other devices; never changes
 * @param lastUsedAt or null before its first use
 * @param disownedAt since when it waits to be registered again, or null: see {@link Reregistration}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Credential(
        String id,
        Person person,
        byte[] aaguid,
        byte[] publicKey,
        long counter,
        boolean backupEligible,
        String label,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant disownedAt) {
    Credential {
        requireNonNull(id);
        requireNonNull(person);
        requireNonNull(label);
        requireNonNull(createdAt);
    }

    /** True when it may sign. */
    boolean isUsable() {
        return disownedAt == null;
    }
}
