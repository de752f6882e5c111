package dev.countersign;

import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Who feeds entities to a deployment, over HTTP, and asks it what comes of them. */
final class EntityFeed {
    static final String SCHEMA = """
            entity Group in [Group] = { label?: String };
            entity User in [Group] = { name: String, person: String, level?: Long, city?: String } tags String;
            entity Folder in [Folder];
            entity Doc in [Folder] = { owner?: User, secrecy?: Long };
            entity Console;
            action "read", "write" appliesTo {
                principal: [User], resource: [Doc],
                context: { now: datetime, enforcement_point: String, network: { ip?: ipaddr } },
            };
            """;

    static final String POLICIES = """
            @id("readers") permit (principal in Group::"readers", action == Action::"read", resource);
            @id("level") permit (principal, action == Action::"write", resource)
            when { principal has level && resource has secrecy && principal.level >= resource.secrecy };
            @id("archive") permit (principal, action == Action::"read", resource in Folder::"archive");
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;

    EntityFeed(URI server) {
        this.server = server;
    }

    /** A folder with this set and {@code entities.json}. */
    static Path policies(String entities) {
        var folder = TestDatabases.folder();
        write(folder.resolve("set.cedarschema"), SCHEMA);
        write(folder.resolve("set.cedar"), POLICIES);
        write(folder.resolve("entities.json"), entities);
        return folder;
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String user(String id, String more, String... groups) {
        return entity("User", id, "\"name\":\"" + id + "\",\"person\":\"" + id + "\"" + more, groups);
    }

    static String entity(String type, String id, String attributes, String... groups) {
        var kind = type.equals("Doc") || type.equals("Folder") ? "Folder" : "Group";
        var parents = String.join(
                ",",
                List.of(groups).stream()
                        .map(group -> "{\"type\":\"" + kind + "\",\"id\":\"" + group + "\"}")
                        .toList());
        return "{\"uid\":{\"type\":\"%s\",\"id\":\"%s\"},\"attrs\":{%s},\"parents\":[%s]}"
                .formatted(type, id, attributes, parents);
    }

    HttpResponse<String> replace(String query, String... lines) {
        return send("PUT", "/entities" + query, "application/x-ndjson", String.join("\n", lines));
    }

    HttpResponse<String> patch(String query, String... lines) {
        return send("PATCH", "/entities" + query, "application/x-ndjson", String.join("\n", lines));
    }

    HttpResponse<String> put(String path, String body) {
        return send("PUT", "/entities/" + path, "application/json", body);
    }

    HttpResponse<String> delete(String path) {
        return send("DELETE", "/entities/" + path, "application/json", "");
    }

    HttpResponse<String> get(String path) {
        return send("GET", "/entities" + path, "application/json", "");
    }

    HttpResponse<String> send(String method, String path, String type, String body) {
        return send(
                method,
                path,
                type,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body),
                TestDeployment.FEED_KEY);
    }

    HttpResponse<String> send(String method, String path, String type, BodyPublisher body, String key) {
        try {
            return http.send(
                    HttpRequest.newBuilder(server.resolve(path))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", type)
                            // What is too large is refused before it is sent, not under way, when the answer may be
                            // lost.
                            .expectContinue(body.contentLength() > Json.MAX_BODY_BYTES)
                            .method(method, body)
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return Json.MAPPER.readTree(response.body());
    }

    /** What the core system, which speaks for others, may do for {@code user}. */
    static boolean may(TestDeployment deployment, String user, String action, String doc) {
        return deployment
                .client(TestDeployment.CORE_KEY)
                .evaluate(Evaluation.of("User", user, action, "Doc", doc).build())
                .permitted();
    }
}
