package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of "AuthZEN Authorization API 1.0 – Certification Scenario": Basic, Batch, Search and Discovery. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthzenCertificationTest {
    private static final String ALICE = "{\"type\":\"user\",\"id\":\"alice\"}";
    private static final String BOB = "{\"type\":\"user\",\"id\":\"bob\"}";
    private static final String ADMIN = "{\"type\":\"user\",\"id\":\"bob\",\"properties\":{\"role\":\"admin\"}}";
    private static final String FIRST = "{\"type\":\"record\",\"id\":\"record-1\"}";
    private static final String ARCHIVED =
            "{\"type\":\"record\",\"id\":\"record-2\",\"properties\":{\"status\":\"archived\"}}";

    private TestDeployment deployment;
    private Authzen core;

    @BeforeAll
    void open() {
        var folder = Path.of("src", "test", "resources", "authzen", "certification");
        // The scenario sends properties that no schema of ours knows and wants them passed over.
        var policies = Settings.Policies.of(folder).requests(Settings.Misfits.WARN);
        deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies);
        core = new Authzen(deployment, TestDeployment.CORE_KEY);
    }

    @AfterAll
    void close() {
        deployment.close();
    }

    private static String body(String subject, String action, String resource) {
        return "{\"subject\":" + subject + ",\"action\":" + action + ",\"resource\":" + resource + "}";
    }

    private static String action(String name) {
        return "{\"name\":\"" + name + "\"}";
    }

    static Stream<Arguments> requiredDecisions() {
        return Stream.of(
                Arguments.of(ALICE, action("read"), FIRST, true),
                Arguments.of(ALICE, action("write"), FIRST, true),
                Arguments.of(BOB, action("read"), FIRST, true),
                Arguments.of(BOB, action("write"), FIRST, false),
                Arguments.of(ALICE, action("write"), ARCHIVED, false),
                Arguments.of(ADMIN, action("write"), ARCHIVED, true),
                Arguments.of(ALICE, "{\"name\":\"delete\",\"properties\":{\"soft\":true}}", FIRST, true),
                Arguments.of(ALICE, "{\"name\":\"delete\",\"properties\":{\"soft\":false}}", FIRST, false));
    }

    @ParameterizedTest
    @MethodSource("requiredDecisions")
    void theRequiredDecisionsAreMadeAgainAndAgain(String subject, String action, String resource, boolean decision) {
        for (var i = 0; i < 3; i++) {
            assertThat(core.decides(body(subject, action, resource))).isEqualTo(decision);
        }
    }

    @Test
    void whatIsNotAskedForDoesNotMatter() {
        assertThat(core.decides("""
                {"subject":{"type":"user","id":"alice","properties":{"department":"Sales","role":"manager"}},
                 "action":{"name":"read","properties":{"method":"GET"}},
                 "resource":{"type":"record","id":"record-1","properties":{"status":"active","owner":"bob"}},
                 "context":{"time":"2025-06-27T18:03-07:00","ip":"192.168.1.1"},
                 "foo":"bar","futureField":{"nested":true}}
                """)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":\"read\"}}",
                "{\"subject\":{\"id\":\"alice\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":\"read\"},\"resource\":{\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\"}}",
                "{\"subject\":\"alice\",\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":123},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
                "{\"subject\":",
                ""
            })
    void aRequestThatDoesNotFitIsABadRequest(String body) {
        assertThat(core.send("evaluation", body, "X-Request-ID", "r-1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void anotherContentTypeIsABadRequest() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(deployment.issuer + "/access/v1/evaluation"))
                .header("Authorization", "Bearer " + TestDeployment.CORE_KEY)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(body(ALICE, action("read"), FIRST)))
                .build();
        assertThat(core.http().send(request, BodyHandlers.ofString()).statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluation", "evaluations", "search/subject", "search/resource", "search/action"})
    void theRequestIdIsEchoedWhateverTheAnswer(String path) {
        for (var body : List.of(body(ALICE, action("read"), FIRST), "{}", "{")) {
            assertThat(core.send(path, body, "X-Request-ID", "bfe9eb29")
                            .headers()
                            .firstValue("X-Request-ID"))
                    .contains("bfe9eb29");
            assertThat(core.send(path, body).headers().firstValue("X-Request-ID"))
                    .isEmpty();
        }
        var stranger = new Authzen(deployment, "no key");
        var refused = stranger.send(path, "{}", "X-Request-ID", "bfe9eb29");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("X-Request-ID")).contains("bfe9eb29");
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    private List<Boolean> batch(String body) {
        return core.ask("evaluations", body)
                .get("evaluations")
                .valueStream()
                .map(each -> each.get("decision").booleanValue())
                .toList();
    }

    @Test
    void aBatchIsAnsweredInOrder() {
        assertThat(batch("{\"subject\":" + BOB + ",\"resource\":" + FIRST
                        + ",\"evaluations\":[{\"action\":{\"name\":\"read\"}},{\"action\":{\"name\":\"write\"}}]}"))
                .containsExactly(true, false);
        assertThat(batch("{\"evaluations\":[" + body(ALICE, action("read"), FIRST) + ","
                        + body(BOB, action("write"), FIRST) + "]}"))
                .containsExactly(true, false);
        assertThat(batch("{\"action\":{\"name\":\"write\"},\"resource\":" + ARCHIVED + ",\"evaluations\":[{\"subject\":"
                        + ALICE + "},{\"subject\":" + ADMIN + "}]}"))
                .containsExactly(false, true);
    }

    @Test
    void anEntityWithoutTypeTakesTheDefaultsAndNothingElseOfIt() {
        assertThat(batch("""
                {"subject":{"type":"user","id":"alice"},"action":{"name":"write"},"resource":{"type":"record"},
                 "evaluations":[{"resource":{"id":"record-1","properties":{"status":"active"}}},
                                {"resource":{"type":"record","id":"record-2","properties":{"status":"archived"}}}]}
                """)).containsExactly(true, false);
        // The default's properties are gone with it: without them nothing is soft.
        assertThat(batch("""
                {"subject":{"type":"user","id":"alice"},"action":{"name":"delete","properties":{"soft":true}},
                 "resource":{"type":"record","id":"record-1"},
                 "evaluations":[{},{"action":{"name":"delete"}},{"action":{"properties":{"soft":true}}}]}
                """)).containsExactly(true, false, true);
    }

    @Test
    void anEvaluationThatDoesNotFitIsDeniedAloneAndTellsWhy() {
        var answers = core.ask("evaluations", """
                {"subject":{"type":"user","id":"alice"},"action":{"name":"read"},
                 "evaluations":[{"resource":{"type":"record","id":"record-1"}},{},
                                {"resource":{"type":"record","id":"record-2"}}]}
                """).get("evaluations");
        assertThat(answers)
                .extracting(each -> each.get("decision").booleanValue())
                .containsExactly(true, false, true);
        assertThat(answers.get(1).at("/context/error/status").intValue()).isEqualTo(400);
        assertThat(answers.get(1).at("/context/error/pointer").stringValue()).isEqualTo("/evaluations/1/resource");
    }

    @Test
    void aFailureEndsABatchThatEndsWithTheFirstDenial() {
        assertThat(batch("{\"subject\":" + ALICE
                        + ",\"action\":{\"name\":\"read\"},\"options\":{\"evaluations_semantic\":"
                        + "\"deny_on_first_deny\"},\"evaluations\":[{\"resource\":" + FIRST + "},{},{\"resource\":"
                        + FIRST
                        + "}]}"))
                .containsExactly(true, false);
    }

    @Test
    void withoutEvaluationsABatchIsOneEvaluation() {
        var one = body(ALICE, action("read"), FIRST);
        assertThat(core.ask("evaluations", one).get("decision").booleanValue()).isTrue();
        var empty = one.substring(0, one.length() - 1) + ",\"evaluations\":[]}";
        assertThat(core.ask("evaluations", empty).get("decision").booleanValue())
                .isTrue();
    }

    @Test
    void searchesFindTheFixture() {
        var user = "{\"type\":\"user\"}";
        var record = "{\"type\":\"record\"}";
        assertThat(core.found("subject", body(user, action("read"), FIRST))).containsExactly("alice", "bob");
        assertThat(core.found("subject", body(user, action("write"), ARCHIVED))).containsExactly("bob");
        assertThat(core.found("resource", body(ALICE, action("read"), record))).containsExactly("record-1", "record-2");
        assertThat(core.found("resource", body(ADMIN, action("write"), record))).containsExactly("record-2");
        assertThat(core.found("action", "{\"subject\":" + ALICE + ",\"resource\":" + FIRST + "}"))
                .containsExactly("read", "write");
        assertThat(core.found("action", "{\"subject\":" + ADMIN + ",\"resource\":" + ARCHIVED + "}"))
                .containsExactly("read", "write");
    }

    @Test
    void aPageHasItsLimitAndTheLastAnEmptyToken() {
        var request =
                "{\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"read\"},\"resource\":" + FIRST + ",\"page\":";
        var first = core.ask("search/subject", request + "{\"limit\":1}}");
        assertThat(first.get("results")).hasSize(1);
        var token = first.at("/page/next_token").stringValue();
        assertThat(token).isNotEmpty();
        var second = core.ask("search/subject", request + "{\"token\":\"" + token + "\"}}");
        assertThat(second.at("/results/0/id").stringValue()).isEqualTo("bob");
        assertThat(second.at("/page/next_token").stringValue()).isEmpty();
    }

    @Test
    void whatIsUnknownFindsNothing() {
        assertThat(core.found(
                        "action", "{\"subject\":{\"type\":\"user\",\"id\":\"nobody\"},\"resource\":" + FIRST + "}"))
                .isEmpty();
        assertThat(core.found("subject", body("{\"type\":\"spaceship\"}", action("read"), FIRST)))
                .isEmpty();
        assertThat(core.found("resource", body(ALICE, action("read"), "{\"type\":\"spaceship\"}")))
                .isEmpty();
        assertThat(core.found(
                        "resource",
                        body("{\"type\":\"spaceship\",\"id\":\"x\"}", action("read"), "{\"type\":\"record\"}")))
                .isEmpty();
    }

    @Test
    void aSearchThatDoesNotFitIsABadRequest() {
        var user = "{\"type\":\"user\"}";
        for (var request : List.of(
                List.of("subject", "{\"subject\":" + user + ",\"resource\":" + FIRST + "}"),
                List.of("subject", body(user, action("read"), "{\"type\":\"record\"}")),
                List.of("resource", "{\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\"}}"),
                List.of("resource", body(user, action("read"), "{\"type\":\"record\"}")),
                List.of("action", "{\"subject\":" + ALICE + "}"))) {
            assertThat(core.send("search/" + request.getFirst(), request.getLast())
                            .statusCode())
                    .as(request.toString())
                    .isEqualTo(400);
        }
    }

    @Test
    void theMetadataNamesEveryEndpoint() throws Exception {
        var answer = core.http()
                .send(
                        HttpRequest.newBuilder(deployment.issuer.resolve("/.well-known/authzen-configuration"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Cache-Control")).contains("max-age=3600");
        var metadata = Json.MAPPER.readTree(answer.body());
        assertThat(metadata.get("policy_decision_point").stringValue()).isEqualTo(deployment.issuer.toString());
        for (var endpoint : List.of("evaluation", "evaluations")) {
            assertThat(metadata.get("access_" + endpoint + "_endpoint").stringValue())
                    .isEqualTo(deployment.issuer + "/access/v1/" + endpoint);
        }
        for (var entity : List.of("subject", "resource", "action")) {
            assertThat(metadata.get("search_" + entity + "_endpoint").stringValue())
                    .isEqualTo(deployment.issuer + "/access/v1/search/" + entity);
        }
        assertThat(metadata.get("capabilities").valueStream().map(each -> each.stringValue()))
                .containsExactly("urn:openid:authzen:capability:access-request");
    }
}
