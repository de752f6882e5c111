package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.http.Json;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Sha256;
import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Verifies ID tokens of one provider and reads what we use of them. */
final class IdTokenCheck {
    /** Longest ID token, characters. */
    static final int MAX_TOKEN = 16 * 1024;

    /** Most groups of one person. */
    static final int MAX_GROUPS = 500;

    /** Longest name of a principal or group, characters. */
    static final int MAX_NAME = 255;

    private static final String GROUP = "Group";
    private static final List<String> OTHER_TOKENS_CLAIMS = List.of("events", "scope", "scp", "client_id", "cnf");

    private final Settings.IdentityProvider provider;
    private final ProviderKeys keys;
    private final ClaimsMapping mapping;
    private final InstantSource clock;

    IdTokenCheck(Settings.IdentityProvider provider, ProviderKeys keys, ClaimsMapping mapping, InstantSource clock) {
        this.provider = provider;
        this.keys = keys;
        this.mapping = mapping;
        this.clock = clock;
    }

    IdToken verify(String token, Set<String> audiences, @Nullable String nonce) {
        try {
            var jws = CompactJws.parse(token, MAX_TOKEN);
            requireIdTokenHeader(jws);
            requireIdTokenClaims(jws.payload());
            requireSignature(jws);
            requireAddressee(jws.payload(), audiences);
            var issuedAt = requireTimes(jws);
            requireNonce(jws, nonce);
            return read(jws, issuedAt);
        } catch (InvalidJws e) {
            throw new InvalidIdToken("The ID token is not acceptable: " + e.text());
        }
    }

    /** As {@link #verify}; a token that does not say when the person authenticated is refused (OpenID Connect Core §2). */
    IdToken verifyTimed(String token, Set<String> audiences, String nonce) {
        var verified = verify(token, audiences, nonce);
        if (!CompactJws.parse(token, MAX_TOKEN).payload().has("auth_time")) {
            throw new InvalidIdToken("The ID token does not say when the person authenticated");
        }
        return verified;
    }

    /** RFC 8725 §3.11: a token of another kind, signed by the same provider, is not an ID token. */
    private static void requireIdTokenHeader(CompactJws jws) {
        if (jws.header().has("typ") && !jws.headerText("typ").equalsIgnoreCase("JWT")) {
            throw new InvalidJws("it is of another type");
        }
    }

    /**
     * RFC 8725 §3.12: some providers give access tokens the header, issuer and audience of ID tokens. Keycloak says in a
     * claim {@code typ} what a token is; {@code events} has a security event or logout token (RFC 8417 §4.6), {@code cnf},
     * {@code scope} and the like an access token (RFC 9068 §2.2).
     */
    private static void requireIdTokenClaims(JsonNode claims) {
        if (claims.has("typ") && !CompactJws.text(claims, "typ").equals("ID")) {
            throw new InvalidJws("it is of another type");
        }
        for (var name : OTHER_TOKENS_CLAIMS) {
            if (claims.has(name)) {
                throw new InvalidJws("it is of another type");
            }
        }
    }

    private void requireSignature(CompactJws jws) {
        var algorithm = SigningAlgorithm.of(jws.headerText("alg"));
        for (var key : keys.candidates(jws, algorithm)) {
            if (algorithm.verify(key, jws.signingInput(), jws.signature())) {
                return;
            }
        }
        throw new InvalidJws("no key of the issuer verifies it");
    }

    private void requireAddressee(JsonNode claims, Set<String> audiences) {
        if (!CompactJws.text(claims, "iss").equals(provider.issuer().toString())) {
            throw new InvalidJws("it has another issuer");
        }
        var named = texts(claims.get("aud"));
        if (named.stream().noneMatch(audiences::contains)) {
            throw new InvalidJws("it is for another audience");
        }
        // OpenID Connect Core §3.1.3.7(3)-(5): no audience that we do not trust, and azp is one of ours
        if (named.size() > 1 && !audiences.containsAll(named) && !claims.has("azp")) {
            throw new InvalidJws("it is for several audiences and names no authorized party");
        }
        if (claims.has("azp") && !audiences.contains(CompactJws.text(claims, "azp"))) {
            throw new InvalidJws("another party is authorized to use it");
        }
    }

    private Instant requireTimes(CompactJws jws) {
        var now = clock.instant();
        var issuedAt = Instant.ofEpochSecond(jws.seconds("iat"));
        if (ClockSkew.isOver(Instant.ofEpochSecond(jws.seconds("exp")), now)) {
            throw new InvalidJws("it has expired");
        }
        if (ClockSkew.isAhead(issuedAt, now)) {
            throw new InvalidJws("it was issued in the future");
        }
        if (jws.payload().has("nbf") && ClockSkew.isAhead(Instant.ofEpochSecond(jws.seconds("nbf")), now)) {
            throw new InvalidJws("it is not valid yet");
        }
        return issuedAt;
    }

    private static void requireNonce(CompactJws jws, @Nullable String nonce) {
        if (nonce != null && !nonce.equals(jws.claim("nonce"))) {
            throw new InvalidJws("it answers another request");
        }
    }

    private IdToken read(CompactJws jws, Instant issuedAt) {
        var claims = jws.payload();
        var mapped = mapped(claims);
        var amr = claims.has("amr") ? texts(claims.get("amr")) : Set.<String>of();
        return new IdToken(
                provider.issuer().toString(),
                new Principal(Principal.Kind.USER, name(CompactJws.text(claims, provider.principalClaim()))),
                new Assurance(reached(claims, amr), amr, authenticatedAt(jws, issuedAt)),
                groups(claims.get(provider.groupsClaim()), mapped),
                mapped,
                Instant.ofEpochSecond(jws.seconds("exp")),
                account(claims),
                Sha256.base64url(jws.signingInput()));
    }

    /** What the methods show or the provider's class counts as, whichever is more. */
    private String reached(JsonNode claims, Set<String> amr) {
        var shown = Factors.of(amr);
        var acr = claims.get("acr");
        var said = acr != null && acr.isString() ? provider.acrValues().get(acr.stringValue()) : null;
        return said != null && Acr.satisfies(said, shown) ? said : shown;
    }

    /** What signals of the provider will name. An address that it does not vouch for is anyone's. */
    private static ProviderAccount account(JsonNode claims) {
        var verified = claims.get("email_verified");
        var email =
                verified != null && verified.isBoolean() && verified.booleanValue() ? optional(claims, "email") : null;
        return new ProviderAccount(
                name(CompactJws.text(claims, "sub")),
                optional(claims, "sid"),
                email == null ? null : email.toLowerCase(Locale.ROOT),
                optional(claims, "device_id"));
    }

    private static @Nullable String optional(JsonNode claims, String name) {
        return claims.has(name) ? name(CompactJws.text(claims, name)) : null;
    }

    private static Instant authenticatedAt(CompactJws jws, Instant issuedAt) {
        if (!jws.payload().has("auth_time")) {
            return issuedAt;
        }
        var at = Instant.ofEpochSecond(jws.seconds("auth_time"));
        if (ClockSkew.isAhead(at, issuedAt)) {
            throw new InvalidJws("it was issued before its authentication");
        }
        return at;
    }

    private MappedClaims mapped(JsonNode claims) {
        try {
            return mapping.of(claims);
        } catch (IllegalArgumentException e) {
            throw new InvalidJws(String.valueOf(e.getMessage()));
        }
    }

    /** Those of the groups claim, and claims that are mapped to groups of the same type: approvers are found among them. */
    private static Set<String> groups(@Nullable JsonNode claim, MappedClaims mapped) {
        var names = new LinkedHashSet<>(claim == null || claim.isNull() ? Set.of() : texts(claim));
        mapped.groups().stream().filter(group -> group.type().equals(GROUP)).forEach(group -> names.add(group.id()));
        if (names.size() > MAX_GROUPS) {
            throw new InvalidJws("it names more than " + MAX_GROUPS + " groups");
        }
        names.forEach(IdTokenCheck::name);
        return names;
    }

    private static String name(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || Json.hasControlCharacter(name)) {
            throw new InvalidJws("a name in it is empty or too long");
        }
        return name;
    }

    /** A string or an array of strings. */
    private static Set<String> texts(@Nullable JsonNode node) {
        if (node != null && node.isString()) {
            return Set.of(node.stringValue());
        }
        if (node == null || !node.isArray()) {
            throw new InvalidJws("a claim is missing or not a list of strings");
        }
        var texts = new LinkedHashSet<String>();
        for (var element : node) {
            if (!element.isString()) {
                throw new InvalidJws("a claim is not a list of strings");
            }
            texts.add(element.stringValue());
        }
        return texts;
    }
}
