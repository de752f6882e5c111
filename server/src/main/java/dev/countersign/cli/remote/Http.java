package dev.countersign.cli.remote;

import dev.countersign.http.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to a server, each with an end. */
public final class Http {
    /** Longest answer, bytes: one version with its files. */
    static final int MAX_ANSWER_BYTES = 40 * 1024 * 1024;

    /** How long one answer may take: the server loads a whole set of policies for some. */
    static final Duration MAX_TIME = Duration.ofSeconds(30);

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_ANSWER_BYTES)
                            .build())
                    .build())
            .build();

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** Sends. Throws {@link ServerRefusal} when no answer comes, or none that is JSON. */
    Answer send(HttpRequest.Builder request) {
        try {
            var response = client.send(
                    request.timeout(MAX_TIME)
                            .header("Accept", "application/json")
                            .build(),
                    BodyHandlers.ofInputStream());
            try (var in = response.body()) {
                var bytes = in.readNBytes(MAX_ANSWER_BYTES + 1);
                if (bytes.length > MAX_ANSWER_BYTES) {
                    throw new ServerRefusal("The server's answer is longer than " + MAX_ANSWER_BYTES + " bytes");
                }
                var body = bytes.length == 0 ? Json.MAPPER.createObjectNode() : MAPPER.readTree(bytes);
                return new Answer(response.statusCode(), body, response.headers());
            }
        } catch (IOException e) {
            throw new ServerRefusal("The server does not answer: " + e.getMessage());
        } catch (JacksonException e) {
            throw new ServerRefusal("The server's answer is not JSON");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerRefusal("Interrupted");
        }
    }

    /** One answer. */
    public record Answer(int status, JsonNode body, HttpHeaders headers) {
        /** What went wrong, as the server says it: a problem's detail, an OAuth error or a decision's reason. */
        public String reason() {
            for (var pointer : new String[] {"/detail", "/error_description", "/context/reason/text", "/error"}) {
                var text = body.at(pointer).asString("");
                if (!text.isEmpty()) {
                    return text;
                }
            }
            return "the server answered " + status;
        }
    }
}
