package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Answer;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Exchanges a code at an identity provider for an ID token (OpenID Connect Core §3.1.3): bounded, never redirected. */
final class TokenEndpoint {
    private final OutboundHttp http;

    TokenEndpoint(OutboundHttp http) {
        this.http = http;
    }

    /** The ID token. Throws Problem 503 when the provider is away, 502 when it refuses or answers without one. */
    String idToken(URI endpoint, IdentityProvider provider, String code, String redirectUri, String verifier) {
        var form = "grant_type=authorization_code&" + Parameters.pair("code", code) + "&"
                + Parameters.pair("redirect_uri", redirectUri) + "&"
                + Parameters.pair("client_id", provider.clientId()) + "&"
                + Parameters.pair("code_verifier", verifier);
        var headers = new HashMap<>(Map.of("Accept", "application/json"));
        if (provider.clientSecret() != null) {
            // RFC 6749 §2.3.1: both parts form-encoded
            var pair = Parameters.encode(provider.clientId()) + ":" + Parameters.encode(provider.clientSecret());
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            return read(http.post(
                    Destination.configured(provider.issuer()).naming(endpoint),
                    "application/x-www-form-urlencoded",
                    headers,
                    form.getBytes(StandardCharsets.UTF_8)));
        } catch (OutboundFailure e) {
            throw unreachable();
        }
    }

    private static String read(Answer answer) {
        if (answer.status() >= 500) {
            throw unreachable();
        }
        if (answer.status() != 200) {
            throw refused();
        }
        try {
            var token = Json.read(answer.body()).path("id_token").asString("");
            if (!token.isEmpty()) {
                return token;
            }
        } catch (Problem e) {
            throw refused();
        }
        throw refused();
    }

    private static Problem unreachable() {
        return Problem.unavailable("The identity provider cannot be reached");
    }

    private static Problem refused() {
        return new Problem(502, "identity-provider", "The identity provider did not confirm the login");
    }
}
