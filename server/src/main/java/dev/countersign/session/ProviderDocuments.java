package dev.countersign.session;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import tools.jackson.databind.JsonNode;

/** Fetches the JSON documents that an identity provider publishes. */
final class ProviderDocuments {
    private final OutboundHttp http;

    ProviderDocuments(OutboundHttp http) {
        this.http = http;
    }

    /** The JSON object at {@code from}. Throws Problem 503 when it cannot be had. */
    JsonNode fetch(Destination from) {
        try {
            var answer = http.get(from);
            if (answer.status() != 200) {
                throw unreachable();
            }
            return object(answer.body());
        } catch (OutboundFailure e) {
            throw Problem.unavailable("The identity provider cannot be reached: " + e.text());
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

    /** 503. */
    static Problem unreachable() {
        return Problem.unavailable("The identity provider cannot be reached");
    }
}
