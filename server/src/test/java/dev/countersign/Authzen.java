package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An enforcement point that writes AuthZEN's JSON itself. */
record Authzen(URI issuer, String apiKey, HttpClient http) {
    Authzen(TestDeployment deployment, String apiKey) {
        this(deployment.issuer, apiKey, HttpClient.newHttpClient());
    }

    HttpResponse<String> send(String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(issuer.resolve("/access/v1/" + path))
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The answer to a request that fits. */
    JsonNode ask(String path, String body) {
        var answer = send(path, body);
        assertThat(answer.statusCode()).as(body + "\n" + answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        return Json.MAPPER.readTree(answer.body());
    }

    JsonNode ask(String path, JsonNode body) {
        return ask(path, body.toString());
    }

    boolean decides(String body) {
        return ask("evaluation", body).get("decision").booleanValue();
    }

    /** What a search finds: ids or names, over all its pages. */
    List<String> found(String entity, ObjectNode request) {
        var found = new ArrayList<String>();
        var next = "";
        do {
            if (!next.isEmpty()) {
                request.withObject("/page").put("token", next);
            }
            var answer = ask("search/" + entity, request);
            answer.get("results").forEach(result -> found.add(name(result)));
            assertThat(answer.at("/page/count").intValue())
                    .isEqualTo(answer.get("results").size());
            next = answer.at("/page/next_token").stringValue();
        } while (!next.isEmpty());
        return found;
    }

    List<String> found(String entity, String request) {
        return found(entity, (ObjectNode) Json.MAPPER.readTree(request));
    }

    static String name(JsonNode result) {
        return (result.has("name") ? result.get("name") : result.get("id")).stringValue();
    }
}
