package dev.countersign.session;

import dev.countersign.http.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Speaks to identity providers: bounded in time and size, never redirected, over TLS. */
public final class ProviderHttp {
    /** Largest answer, bytes. */
    static final int MAX_BYTES = 1 << 20;

    /** How long to wait for a connection. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** How long a whole answer may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** The answer, whatever its status. Throws Problem 503 when none can be had, or the address is not served over TLS. */
    public HttpResponse<byte[]> send(HttpRequest.Builder builder) {
        var request =
                builder.timeout(TIMEOUT).header("Accept", "application/json").build();
        requireSafe(request.uri());
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

    /** Refuses plain HTTP, except on this machine. */
    static void requireSafe(URI uri) {
        var local = "http".equals(uri.getScheme()) && uri.getHost() != null && LOOPBACK.contains(uri.getHost());
        if (!"https".equals(uri.getScheme()) && !local) {
            throw Problem.unavailable("The identity provider's documents are not served over TLS");
        }
    }

    /** 503. */
    public static Problem unreachable() {
        return Problem.unavailable("The identity provider cannot be reached");
    }
}
