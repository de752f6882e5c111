package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Exchanges a code at an identity provider for an ID token (OpenID Connect Core §3.1.3): bounded, never redirected. */
final class TokenEndpoint {
    /** How long the whole exchange may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Largest answer, bytes. */
    static final int MAX_BYTES = 1 << 20;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** The ID token. Throws Problem 503 when the provider is away, 502 when it refuses or answers without one. */
    String idToken(URI endpoint, IdentityProvider provider, String code, String redirectUri, String verifier) {
        var form = "grant_type=authorization_code&" + Parameters.pair("code", code) + "&"
                + Parameters.pair("redirect_uri", redirectUri) + "&"
                + Parameters.pair("client_id", provider.clientId()) + "&"
                + Parameters.pair("code_verifier", verifier);
        var request = HttpRequest.newBuilder(endpoint)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json");
        if (provider.clientSecret() != null) {
            // RFC 6749 §2.3.1: both parts form-encoded
            var pair = Parameters.encode(provider.clientId()) + ":" + Parameters.encode(provider.clientSecret());
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return read(send(request.POST(BodyPublishers.ofString(form)).build()));
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        var answer = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException) {
                throw unreachable();
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unreachable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable();
        }
    }

    private static String read(HttpResponse<byte[]> response) {
        if (response.statusCode() >= 500) {
            throw unreachable();
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

    private static Problem unreachable() {
        return Problem.unavailable("The identity provider cannot be reached");
    }

    private static Problem refused() {
        return new Problem(502, "identity-provider", "The identity provider did not confirm the login");
    }
}
