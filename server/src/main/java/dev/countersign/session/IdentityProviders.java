package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.policy.MappedClaims;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The OpenID Connect providers whose ID tokens start sessions. Contacted when first needed, not at start. */
public final class IdentityProviders {
    private final List<Settings.IdentityProvider> providers;
    private final Map<String, ProviderKeys> keys;
    private final ClaimsMapping mapping;
    private final InstantSource clock;

    public IdentityProviders(
            List<Settings.IdentityProvider> providers, ClaimsMapping mapping, OutboundHttp http, InstantSource clock) {
        this.providers = List.copyOf(providers);
        this.mapping = mapping;
        this.clock = clock;
        var documents = new ProviderDocuments(http);
        this.keys = providers.stream()
                .map(provider -> provider.issuer().toString())
                .collect(Collectors.toMap(
                        Function.identity(),
                        issuer -> new ProviderKeys(java.net.URI.create(issuer), documents, clock),
                        (first, second) -> first,
                        LinkedHashMap::new));
    }

    /** As configured, in order. */
    public List<Settings.IdentityProvider> all() {
        return providers;
    }

    /** The provider with exactly this {@code iss}. */
    public Optional<Settings.IdentityProvider> byIssuer(String issuer) {
        return providers.stream()
                .filter(provider -> provider.issuer().toString().equals(issuer))
                .findFirst();
    }

    /** What the provider publishes of itself. Throws {@link Problem} 503 while it cannot be reached. */
    public Discovery discovery(Settings.IdentityProvider provider) {
        return keysOf(provider).discovery();
    }

    /**
     * Verifies an ID token (OpenID Connect Core §3.1.3.7): algorithm, signature, issuer, audience, times and, unless
     * {@code nonce} is null, the nonce.
     *
     * @param audiences one of these must be in {@code aud}
     * @throws InvalidIdToken when it is not acceptable
     * @throws Problem 503 when the provider's keys cannot be had
     */
    public IdToken verify(
            Settings.IdentityProvider provider, String token, Set<String> audiences, @Nullable String nonce) {
        return new IdTokenCheck(provider, keysOf(provider), mapping, clock).verify(token, audiences, nonce);
    }

    /** As {@link #verify}, of a token that says when the person authenticated: {@code auth_time} was asked for. */
    public IdToken verifyTimed(Settings.IdentityProvider provider, String token, Set<String> audiences, String nonce) {
        return new IdTokenCheck(provider, keysOf(provider), mapping, clock).verifyTimed(token, audiences, nonce);
    }

    /** The provider's authentication classes that count as at least {@code acr} of ours, the preferred first. */
    public List<String> acrValues(Settings.IdentityProvider provider, String acr) {
        return provider.acrValues().entrySet().stream()
                .filter(known -> Acr.satisfies(known.getValue(), acr))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** True when the provider of {@code session} has a class that counts as at least {@code acr}. */
    public boolean reaches(Session session, String acr) {
        return byIssuer(session.issuer()).stream()
                .anyMatch(provider -> !acrValues(provider, acr).isEmpty());
    }

    /**
     * The keys with which the provider could have signed {@code jws}.
     *
     * @throws Problem 503 when the provider's keys cannot be had
     */
    public List<java.security.PublicKey> candidates(
            Settings.IdentityProvider provider, CompactJws jws, SigningAlgorithm algorithm) {
        return keysOf(provider).candidates(jws, algorithm);
    }

    /** What the claims mapping keeps of {@code claims}. Throws {@link IllegalArgumentException}, see {@link ClaimsMapping}. */
    public MappedClaims mapped(JsonNode claims) {
        return mapping.of(claims);
    }

    private ProviderKeys keysOf(Settings.IdentityProvider provider) {
        var found = keys.get(provider.issuer().toString());
        if (found == null) {
            throw new IllegalArgumentException("Not a configured identity provider");
        }
        return found;
    }
}
