package dev.countersign.offline;

import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key on a device without network.
 *
 * @param method {@code ED25519} or {@code OCRA}
 * @param material the public key, base64url, or the sealed secret
 * @param isWaiting whether a second person must confirm it before it signs anything
 * @param revokedAt since when it signs nothing, or null
 */
public record OfflineKey(
        String id,
        Person person,
        SigningMethod method,
        String material,
        String label,
        Instant createdAt,
        boolean isWaiting,
        @Nullable Instant revokedAt) {
    public boolean isUsable() {
        return !isRevoked() && !isWaiting;
    }

    boolean isRevoked() {
        return revokedAt != null;
    }
}
