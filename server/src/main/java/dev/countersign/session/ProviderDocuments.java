package dev.countersign.session;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.net.URI;
import java.net.http.HttpRequest;
import tools.jackson.databind.JsonNode;

/** Fetches the JSON documents that an identity provider publishes. */
final class ProviderDocuments {
    private final ProviderHttp http = new ProviderHttp();

    /** The JSON object at {@code uri}. Throws Problem 503 when it cannot be had. */
    JsonNode fetch(URI uri) {
        var response = http.send(HttpRequest.newBuilder(uri));
        if (response.statusCode() != 200) {
            throw ProviderHttp.unreachable();
        }
        return object(response.body());
    }

    private static JsonNode object(byte[] body) {
        try {
            var node = Json.read(body);
            if (node.isObject()) {
                return node;
            }
        } catch (Problem e) {
            throw ProviderHttp.unreachable();
        }
        throw ProviderHttp.unreachable();
    }
}
