package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.util.Set;

/**
 * What a verified ID token says (OpenID Connect Core §2).
 *
 * @param principal by the provider's principal claim
 * @param assurance how and when the provider authenticated
 * @param groups names of groups
 * @param claims what the claims mapping keeps of it
 * @param expiresAt after this the token opens nothing
 * @param account who that is at the provider: {@code sub}, {@code sid} and what else signals may name
 * @param hash base64url SHA-256 of the signed part: the same token has no second one
 */
public record IdToken(
        String issuer,
        Principal principal,
        Assurance assurance,
        Set<String> groups,
        MappedClaims claims,
        Instant expiresAt,
        ProviderAccount account,
        String hash) {
    public IdToken {
        requireNonNull(principal);
        requireNonNull(assurance);
        requireNonNull(claims);
        requireNonNull(account);
        groups = Set.copyOf(groups);
    }
}
