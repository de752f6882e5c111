package dev.countersign.session;

import dev.countersign.http.Problem;
import dev.countersign.outbound.OutboundHttp;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an identity provider publishes of itself (OpenID Connect Discovery §3).
 *
 * @param endSessionEndpoint for RP-initiated logout, or null
 */
public record Discovery(
        URI authorizationEndpoint,
        URI tokenEndpoint,
        URI jwksUri,
        @Nullable URI endSessionEndpoint) {

    /** Where the document of {@code issuer} is. */
    public static URI location(URI issuer) {
        var base = issuer.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + "/.well-known/openid-configuration");
    }

    /** Reads the document; its issuer must be exactly ours (§4.3). */
    static Discovery of(JsonNode document, URI issuer) {
        if (!issuer.toString().equals(document.path("issuer").asString(""))) {
            throw Problem.unavailable("The identity provider's document names another issuer");
        }
        return new Discovery(
                uri(document, "authorization_endpoint"),
                uri(document, "token_endpoint"),
                uri(document, "jwks_uri"),
                document.has("end_session_endpoint") ? uri(document, "end_session_endpoint") : null);
    }

    private static URI uri(JsonNode document, String name) {
        try {
            var uri = URI.create(document.path(name).asString(""));
            var plain = "http".equals(uri.getScheme()) && OutboundHttp.isThisMachine(uri);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || plain)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below, as for an address without TLS
        }
        throw Problem.unavailable("The identity provider's document has no usable " + name);
    }
}
