package dev.countersign.enforce;

import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.RandomIds;
import java.time.Duration;
import java.time.InstantSource;

/** Access tokens of enforcement points: for our own {@code /access} interface, never for a person's session. */
final class EnforcerTokens {
    /** How long one lives. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private final OwnTokens tokens;
    private final String audience;
    private final InstantSource clock;
    private final RandomIds ids;

    EnforcerTokens(OwnTokens tokens, String issuer, InstantSource clock, RandomIds ids) {
        this.tokens = tokens;
        this.audience = issuer + "/access";
        this.clock = clock;
        this.ids = ids;
    }

    String issue(String enforcer) {
        var now = clock.instant();
        var claims = Json.MAPPER.createObjectNode();
        claims.put("aud", audience)
                .put("sub", enforcer)
                .put("client_id", enforcer)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFETIME).getEpochSecond())
                .put("jti", ids.next(""));
        return tokens.sign(claims);
    }

    /** The id of the enforcement point that the token is of. Throws {@link InvalidJws}. */
    String verify(String token) {
        var claims = tokens.verify(token);
        if (!CompactJws.text(claims, "aud").equals(audience) || claims.has("sid")) {
            throw new InvalidJws("The token is not for this interface");
        }
        return CompactJws.text(claims, "sub");
    }
}
