package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a verified ID token says (OpenID Connect Core §2).
 *
 * @param principal by the provider's principal claim
 * @param assurance how and when the provider authenticated
 * @param groups names of groups
 * @param claims what the claims mapping keeps of it
 * @param expiresAt after this the token opens nothing
 * @param providerSession the provider's {@code sid}, or null
 * @param hash base64url SHA-256 of the signed part: the same token has no second one
 */
public record IdToken(
        String issuer,
        Principal principal,
        Assurance assurance,
        Set<String> groups,
        MappedClaims claims,
        Instant expiresAt,
        @Nullable String providerSession,
        String hash) {
    public IdToken {
        requireNonNull(principal);
        requireNonNull(assurance);
        requireNonNull(claims);
        groups = Set.copyOf(groups);
    }
}
