package dev.countersign.session;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/** Fetches an identity provider's documents: bounded in time and size, never redirected, over TLS. */
final class ProviderDocuments {
    /** Largest document, bytes. */
    static final int MAX_BYTES = 1 << 20;

    /** How long to wait for a connection. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** How long a whole document may take. */
    static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** The JSON object at {@code uri}. Throws Problem 503 when it cannot be had. */
    JsonNode fetch(URI uri) {
        requireSafe(uri);
        var request = HttpRequest.newBuilder(uri)
                .timeout(FETCH_TIMEOUT)
                .header("Accept", "application/json")
                .build();
        var answer = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            var response = answer.get(FETCH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw unreachable();
            }
            return object(response.body());
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

    /** Refuses plain HTTP, except on this machine. */
    static void requireSafe(URI uri) {
        var local = "http".equals(uri.getScheme()) && uri.getHost() != null && LOOPBACK.contains(uri.getHost());
        if (!"https".equals(uri.getScheme()) && !local) {
            throw Problem.unavailable("The identity provider's documents are not served over TLS");
        }
    }

    private static JsonNode object(byte[] body) {
        try {
            var node = Json.read(body);
            if (node.isObject()) {
                return node;
            }
        } catch (Problem e) {
            throw unreachable();
        }
        throw unreachable();
    }

    static Problem unreachable() {
        return Problem.unavailable("The identity provider cannot be reached");
    }
}
