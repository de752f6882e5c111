package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.ProviderHttp;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Exchanges a code at an identity provider for an ID token (OpenID Connect Core §3.1.3): bounded, never redirected. */
final class TokenEndpoint {
    private final ProviderHttp http = new ProviderHttp();

    /** The ID token. Throws Problem 503 when the provider is away, 502 when it refuses or answers without one. */
    String idToken(URI endpoint, IdentityProvider provider, String code, String redirectUri, String verifier) {
        var form = "grant_type=authorization_code&" + Parameters.pair("code", code) + "&"
                + Parameters.pair("redirect_uri", redirectUri) + "&"
                + Parameters.pair("client_id", provider.clientId()) + "&"
                + Parameters.pair("code_verifier", verifier);
        var request = HttpRequest.newBuilder(endpoint).header("Content-Type", "application/x-www-form-urlencoded");
        if (provider.clientSecret() != null) {
            // RFC 6749 §2.3.1: both parts form-encoded
            var pair = Parameters.encode(provider.clientId()) + ":" + Parameters.encode(provider.clientSecret());
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return read(http.send(request.POST(BodyPublishers.ofString(form))));
    }

    private static String read(HttpResponse<byte[]> response) {
        if (response.statusCode() >= 500) {
            throw ProviderHttp.unreachable();
        }
        if (response.statusCode() != 200) {
            throw refused();
        }
        try {
            var token = Json.read(response.body()).path("id_token").asString("");
            if (!token.isEmpty()) {
                return token;
            }
        } catch (Problem e) {
            throw refused();
        }
        throw refused();
    }

    private static Problem refused() {
        return new Problem(502, "identity-provider", "The identity provider did not confirm the login");
    }
}
