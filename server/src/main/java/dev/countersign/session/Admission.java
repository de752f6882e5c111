package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.DoorSettings.Reuse;
import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link Door} says to a token. */
public sealed interface Admission {
    /**
     * It is good.
     *
     * @param issuer who vouches
     * @param claims what policies see of it
     * @param notAfter when the session ends in any case
     * @param hash base64url SHA-256 of what is signed of the token
     * @param remembered until when its use is remembered
     * @param key thumbprint of the DPoP key that the token is bound to itself (RFC 9449 §6.1), or null
     */
    record Admitted(
            Principal principal,
            String issuer,
            Assurance assurance,
            Set<String> groups,
            MappedClaims claims,
            Instant notAfter,
            Reuse reuse,
            String hash,
            Instant remembered,
            @Nullable String key)
            implements Admission {
        public Admitted {
            requireNonNull(principal);
            requireNonNull(assurance);
            groups = Set.copyOf(groups);
            requireNonNull(claims);
        }
    }

    /** It is not. The reason is one sentence for whoever holds the token, with no part of it. */
    record Refused(String reason) implements Admission {}

    /** Nobody can say just now: keys, or whoever must be asked, are away. */
    record Unavailable(String reason) implements Admission {}
}
