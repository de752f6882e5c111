package dev.countersign.trust;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the JSON documents that keys stand in. Everything throws {@link TrustUnavailable}. */
final class KeyDocuments {
    /** Longest credential in a file, bytes. */
    static final int MAX_CREDENTIAL_BYTES = 16 * 1024;

    private final OutboundHttp http;

    /** File with the bearer token that the other server wants to see, or null. It rotates, so it is read each time. */
    private final @Nullable Path credential;

    KeyDocuments(OutboundHttp http, @Nullable Path credential) {
        this.http = http;
        this.credential = credential;
    }

    JsonNode fetch(Destination from) {
        try {
            var answer = credential == null || from.chosenBy() == Destination.ChosenBy.OTHERS
                    ? http.get(from)
                    : http.get(from, Map.of("Authorization", "Bearer " + credential(credential)));
            if (answer.status() != 200) {
                throw new TrustUnavailable("The answer to a request for keys has status " + answer.status());
            }
            return object(answer.body());
        } catch (OutboundFailure e) {
            throw new TrustUnavailable(e.text());
        }
    }

    static JsonNode read(Path file) {
        try {
            if (Files.size(file) > Json.MAX_BODY_BYTES) {
                throw new TrustUnavailable("The file with keys is larger than " + Json.MAX_BODY_BYTES + " bytes");
            }
            return object(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new TrustUnavailable("The file with keys cannot be read");
        }
    }

    /** The credential in {@code file}. */
    static String credential(Path file) {
        try {
            if (Files.size(file) > MAX_CREDENTIAL_BYTES) {
                throw new TrustUnavailable(
                        "The file with our credential is larger than " + MAX_CREDENTIAL_BYTES + " bytes");
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new TrustUnavailable("The file with our credential cannot be read");
        }
    }

    private static JsonNode object(byte[] body) {
        try {
            var node = Json.read(body);
            if (node.isObject()) {
                return node;
            }
        } catch (Problem e) {
            throw new TrustUnavailable("The keys are not strict JSON");
        }
        throw new TrustUnavailable("The keys are not a JSON object");
    }
}
