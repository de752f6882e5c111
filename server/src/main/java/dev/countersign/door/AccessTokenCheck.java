package dev.countersign.door;

import dev.countersign.DoorSettings.AccessTokens;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.policy.MappedClaims;
import dev.countersign.session.Assurance;
import dev.countersign.session.ClaimsMapping;
import dev.countersign.session.Factors;
import dev.countersign.session.Principal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Holds the claims of an access token to RFC 9068 §4 and to the settings. Verifies no signature. */
final class AccessTokenCheck {
    private static final Set<String> TYPES = Set.of("at+jwt", "application/at+jwt");
    private static final String GROUP = "Group";

    private final AccessTokens settings;
    private final ClaimsMapping mapping;

    AccessTokenCheck(AccessTokens settings, ClaimsMapping mapping) {
        this.settings = settings;
        this.mapping = mapping;
    }

    /** §2.1, §4: an ID token or a client assertion of the same provider is not an access token. */
    void header(CompactJws token) {
        if (!token.header().has("typ")
                || !TYPES.contains(token.headerText("typ").toLowerCase(Locale.ROOT))) {
            throw new InvalidJws("it is not of the type at+jwt");
        }
    }

    Instant times(CompactJws token, Instant now) {
        var issuedAt = Instant.ofEpochSecond(token.seconds("iat")); // §2.2: required
        var expiresAt = TokenClaims.requireTimes(token, now);
        if (issuedAt.isAfter(expiresAt)) {
            throw new InvalidJws("it expired before it was issued");
        }
        return expiresAt;
    }

    void claims(CompactJws token) {
        TokenClaims.requireAudience(token, settings.terms());
        TokenClaims.refuseDelegation(token);
        if (token.claim("jti").isEmpty()) { // §2.2: required
            throw new InvalidJws("it has no id");
        }
        TokenClaims.name(token.claim("client_id"));
        TokenClaims.name(token.claim("sub"));
        var granted = token.payload().has("scope")
                ? Arrays.asList(token.claim("scope").split(" "))
                : Set.<String>of();
        if (!granted.containsAll(settings.scopes())) {
            throw new InvalidJws("it lacks a scope that this door asks for");
        }
    }

    /**
     * Whose it is. A token of a client that stands for itself is a workload's; §5 warns of {@code sub} being both a user's and a
     * client's name, so only clients that settings name are workloads, and no other client's own token is anybody's.
     */
    Principal principal(CompactJws token) {
        var client = token.claim("client_id");
        if (settings.workloadClients().contains(client)) {
            return new Principal(Principal.Kind.WORKLOAD, client);
        }
        if (token.claim("sub").equals(client)) {
            throw new InvalidJws("it is a client's own, which settings do not name as a workload");
        }
        return new Principal(Principal.Kind.USER, TokenClaims.name(token.claim(settings.principalClaim())));
    }

    Assurance assurance(CompactJws token, Instant now) {
        var claims = token.payload();
        var amr = claims.has("amr") ? TokenClaims.texts(claims.get("amr")) : Set.<String>of();
        var issuedAt = TokenClaims.issuedAt(token, now);
        var at = claims.has("auth_time") ? Instant.ofEpochSecond(token.seconds("auth_time")) : issuedAt;
        if (ClockSkew.isAhead(at, issuedAt)) {
            throw new InvalidJws("it was issued before its authentication");
        }
        return new Assurance(Factors.of(amr), amr, at);
    }

    MappedClaims mapped(Principal principal, JsonNode claims) {
        if (principal.kind() != Principal.Kind.USER) {
            return MappedClaims.NONE; // claims.yaml is about people
        }
        try {
            return mapping.of(claims);
        } catch (IllegalArgumentException e) {
            throw new InvalidJws(String.valueOf(e.getMessage()));
        }
    }

    Set<String> groups(JsonNode claims, MappedClaims mapped) {
        var claim = claims.get(settings.groupsClaim());
        var names = new LinkedHashSet<>(claim == null || claim.isNull() ? Set.of() : TokenClaims.texts(claim));
        mapped.groups().stream().filter(group -> group.type().equals(GROUP)).forEach(group -> names.add(group.id()));
        if (names.size() > TokenClaims.MAX_TEXTS) {
            throw new InvalidJws("it names more than " + TokenClaims.MAX_TEXTS + " groups");
        }
        names.forEach(TokenClaims::name);
        return names;
    }
}
