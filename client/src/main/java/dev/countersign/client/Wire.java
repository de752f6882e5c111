package dev.countersign.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP with an end: no redirect is followed, no answer outlasts its time or its size. */
final class Wire {
    /** Bytes of an answer; a longer one is not read. */
    static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private final HttpClient http;
    private final Duration answerTimeout;

    Wire(Duration connectTimeout, Duration answerTimeout) {
        this.http = HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.answerTimeout = answerTimeout;
    }

    /** One answer, read in full. */
    record Answer(int status, byte[] body) {}

    static HttpRequest.Builder to(URI uri) {
        return HttpRequest.newBuilder(uri).header("Accept", "application/json");
    }

    /** The answer, head and body within the time. {@link HttpRequest#timeout} alone ends with the head. */
    Answer send(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> head =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        var answer = head.thenApplyAsync(Wire::read);
        try {
            return answer.get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (!head.cancel(true) && !head.isCompletedExceptionally()) {
                close(head.join().body()); // ends the reading of a body that trickles
            }
            throw new IOException("No answer within " + answerTimeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
        }
    }

    private static Answer read(HttpResponse<InputStream> response) {
        try (var body = response.body()) {
            var bytes = body.readNBytes(MAX_ANSWER_BYTES + 1);
            if (bytes.length > MAX_ANSWER_BYTES) {
                throw new IOException("The answer is longer than " + MAX_ANSWER_BYTES + " bytes");
            }
            return new Answer(response.statusCode(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
