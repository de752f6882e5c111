package dev.countersign.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.Countersign;
import dev.countersign.DoorSettings;
import dev.countersign.FreePort;
import dev.countersign.Settings;
import dev.countersign.client.DpopKey;
import dev.countersign.evidence.Entry;
import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The whole server with doors, over HTTP, with a clock that tests move. */
final class DoorDeployment implements AutoCloseable {
    static final String AUDIENCE = "https://countersign.example";
    static final String API_KEY = "api-key-of-the-gateway";

    /** Longest token that is looked at, characters. */
    static final int MAX_TOKEN = 16 * 1024;

    static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private volatile Instant now = Instant.parse("2026-11-24T12:00:00Z");
    final InstantSource clock = () -> now;
    final URI issuer;
    final Countersign server;
    private final List<Entry> evidence = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    DoorDeployment(Engine engine, DoorSettings doors) {
        this(engine, doors, Path.of("..", "policies", "ci-cd"));
    }

    DoorDeployment(Engine engine, DoorSettings doors, Path policies) {
        var base = TestDatabases.settings(engine);
        issuer = URI.create("http://localhost:" + FreePort.any());
        try {
            server = Countersign.start(
                    new Settings(
                                    issuer,
                                    "localhost",
                                    issuer.getPort(),
                                    base.data(),
                                    base.databaseUrl(),
                                    null,
                                    null,
                                    null,
                                    Settings.Policies.of(policies),
                                    Path.of("..", "transaction-types"),
                                    List.of(),
                                    List.of(new Settings.Client("worker", List.of(), null)),
                                    List.of(new Settings.Enforcer("gateway", Sha256.hex(API_KEY), null, Set.of())),
                                    base.webauthn(),
                                    base.lifetimes())
                            .with(doors),
                    clock);
            server.journal().listen(recorded -> evidence.add(recorded.entry()));
        } catch (PolicyLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Entries of a kind so far: listeners hear in order, so what came before a mark is here with it. */
    List<Entry> evidenceOf(String kind) {
        var mark = UUID.randomUUID().toString();
        server.journal().append(Entry.of("test.mark", mark));
        while (evidence.stream().noneMatch(entry -> entry.subject().equals(mark))) {
            Thread.onSpinWait();
        }
        return evidence.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    DpopKey key() {
        return DpopKey.generate(clock);
    }

    /** What the token endpoint answers to an exchange with a proof by {@code key}. */
    Answer exchange(DpopKey key, String type, String token) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("client_id", "worker");
        form.put("subject_token_type", type);
        form.put("subject_token", token);
        var endpoint = issuer.resolve("/oauth/token");
        var nonce = post(endpoint, "", Map.of()).nonce();
        return post(endpoint, encoded(form), Map.of("DPoP", key.proof("POST", endpoint, null, nonce)));
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private Answer post(URI uri, String form, Map<String, String> headers) {
        return send(uri, form, "application/x-www-form-urlencoded", headers);
    }

    /** What introspection says of an access token of ours. */
    JsonNode introspect(String accessToken) {
        return send(
                        issuer.resolve("/oauth/introspect"),
                        encoded(Map.of("token", accessToken)),
                        "application/x-www-form-urlencoded",
                        Map.of("Authorization", "Bearer " + API_KEY))
                .json();
    }

    /** The answer to a question of the gateway, asked with a proof by {@code key}. */
    JsonNode decide(DpopKey key, String accessToken, String subject, String action, String resource) {
        var uri = URI.create("https://deploy.example/production");
        String nonce = null;
        while (true) {
            var session = Json.MAPPER.createObjectNode();
            session.put("token", accessToken)
                    .put("scheme", "DPoP")
                    .put("method", "POST")
                    .put("uri", uri.toString());
            session.put("proof", key.proof("POST", uri, accessToken, nonce));
            var question = Json.MAPPER.createObjectNode();
            var at = subject.indexOf("::");
            question.putObject("subject").put("type", subject.substring(0, at)).put("id", subject.substring(at + 2));
            question.putObject("action").put("name", action);
            at = resource.indexOf("::");
            question.putObject("resource")
                    .put("type", resource.substring(0, at))
                    .put("id", resource.substring(at + 2));
            question.putObject("context").set("session", session);
            var answer = send(
                            issuer.resolve("/access/v1/evaluation"),
                            Json.MAPPER.writeValueAsString(question),
                            "application/json",
                            Map.of("Authorization", "Bearer " + API_KEY))
                    .json();
            var code = answer.path("context").path("reason").path("code").asString("");
            if (!code.equals("use_dpop_nonce")) {
                return answer;
            }
            nonce = answer.path("context").path("dpop_nonce").stringValue();
        }
    }

    private Answer send(URI uri, String body, String type, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(),
                    Json.MAPPER.readTree(answer.body()),
                    answer.headers().firstValue("DPoP-Nonce").orElse(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    /** An answer of the server. */
    record Answer(int status, JsonNode json, @Nullable String nonce) {
        String accessToken() {
            return json.path("access_token").asString("");
        }

        String error() {
            return json.path("error").asString("");
        }

        String description() {
            return json.path("error_description").asString("");
        }
    }
}
