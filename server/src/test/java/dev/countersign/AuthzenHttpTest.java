package dev.countersign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** AuthZEN as it goes over the wire: batches, request ids, policies that change meanwhile, and what must not be kept. */
final class AuthzenHttpTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> logged = new ArrayList<>();
    private final Logger root = Logger.getLogger("");
    private final Handler capture = new Capture();
    private final Path policies = copied(TestDeployment.BANK_POLICIES);
    private TestDeployment deployment;
    private TestPerson alice;

    @BeforeEach
    void open() {
        root.addHandler(capture);
        deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
    }

    @AfterEach
    void close() {
        deployment.close();
        root.removeHandler(capture);
    }

    @Test
    void aBatchIsAnsweredInOrderWithOneProofForAll() {
        var presented = alice.present();
        var answers = batch(
                null,
                Payments.body(presented, "tx-1", "50.00"),
                Payments.body(presented, "tx-2", "2500.00"),
                Payments.body(presented, "tx-3", "51.00"));
        assertThat(answers)
                .extracting(AuthzenHttpTest::code)
                .containsExactly("permitted", "step_up_required", "permitted");
        var again = batch(null, Payments.body(presented, "tx-4", "50.00"));
        assertThat(again).extracting(AuthzenHttpTest::code).containsExactly("replayed_proof");
    }

    @Test
    void aRefusalInSpiteOfAnApprovalSaysWhatToDoNext() {
        alice.stepUp();
        var presented = alice.present();
        var large = Payments.body(presented, "tx-1", "250000.00");
        var named = large.deepCopy();
        ((ObjectNode) named.get("context")).putObject("approval").put("id", "ap_unknown");
        var answers = batch(null, large, named);
        assertThat(answers).extracting(AuthzenHttpTest::code).first().isEqualTo("approval_required");
        assertThat(answers.get(0).at("/context/next_action").isMissingNode()).isTrue();
        var next = answers.get(1).get("context");
        assertThat(next.path("next_action").asString("").equals("request")).isEqualTo(next.has("access_request"));
        assertThat(next.path("next_action").asString("")).isIn("request", "none");

        var replayed = batch(null, named);
        assertThat(replayed.getFirst().at("/context/next_action").asString("")).isEqualTo("retry");
    }

    @Test
    void aBatchEndsWhereItsSemanticsSay() {
        var first = alice.present();
        assertThat(batch(
                        "deny_on_first_deny",
                        Payments.body(first, "tx-1", "50.00"),
                        Payments.body(first, "tx-2", "2500.00"),
                        Payments.body(first, "tx-3", "51.00")))
                .extracting(AuthzenHttpTest::code)
                .containsExactly("permitted", "step_up_required");
        var second = alice.present();
        assertThat(batch(
                        "permit_on_first_permit",
                        Payments.body(second, "tx-4", "2500.00"),
                        Payments.body(second, "tx-5", "50.00"),
                        Payments.body(second, "tx-6", "51.00")))
                .extracting(AuthzenHttpTest::code)
                .containsExactly("step_up_required", "permitted");
        var third = alice.present();
        assertThat(batch("execute_all", Payments.body(third, "tx-7", "2500.00"), Payments.body(third, "tx-8", "50.00")))
                .hasSize(2);
        assertThat(deployment.query("select bytes from evidence where kind = 'decision'"))
                .noneMatch(entry -> entry.contains("tx-3") || entry.contains("tx-6"));
    }

    @Test
    void aMemberOfAnEvaluationReplacesTheDefaultAsAWhole() {
        var body = Payments.body(alice.present(), "tx-1", "50.00");
        var several = body.putArray("evaluations");
        several.addObject();
        several.addObject().putObject("subject").put("type", "User").put("id", "bob");
        several.addObject().putObject("resource").put("type", "Account").put("id", "DE00");
        var answers = list(send("/access/v1/evaluations", body));
        assertThat(answers)
                .extracting(AuthzenHttpTest::code)
                .contains("permitted")
                .last()
                .isEqualTo("transaction_mismatch");
        var other = Payments.body(alice.present(), "tx-2", "50.00");
        ((ObjectNode) other.get("context")).remove("transaction");
        ((ObjectNode) other.get("action")).put("name", "read-account");
        other.putArray("evaluations")
                .addObject()
                .putObject("resource")
                .put("type", "Account")
                .put("id", "DE00");
        // The default's properties, and so its owner, are gone with the default.
        assertThat(list(send("/access/v1/evaluations", other)))
                .extracting(AuthzenHttpTest::code)
                .containsExactly("no_permit");
    }

    @Test
    void aBatchWithoutEvaluationsIsOneQuestion() {
        var answer = json(send("/access/v1/evaluations", Payments.body(alice.present(), "tx-1", "50.00")));
        assertThat(answer.get("decision").booleanValue()).isTrue();
    }

    @Test
    void theRequestIdIsEchoedOrRefusedBeforeAnythingIsDecided() {
        var body = Payments.body(alice.present(), "tx-1", "50.00");
        var answer = send("/access/v1/evaluation", body, "X-Request-ID", "r-1");
        assertThat(answer.headers().firstValue("X-Request-ID")).contains("r-1");
        var before = deployment.evidenceHead();
        for (var path : List.of("/access/v1/evaluation", "/access/v1/evaluations")) {
            var next = Payments.body(alice.present(), "tx-2", "50.00");
            assertThat(send(path, next, "X-Request-ID", "r".repeat(129)).statusCode())
                    .isEqualTo(400);
        }
        assertThat(deployment.evidenceHead()).isEqualTo(before);
        assertThat(send("/access/v1/evaluations", body, "X-Request-ID", "r-2")
                        .headers()
                        .firstValue("X-Request-ID"))
                .contains("r-2");
    }

    @Test
    void whoIsNoEnforcementPointIsNotAnswered() throws Exception {
        var body = Payments.body(alice.present(), "tx-1", "50.00").toString();
        for (var authorization :
                List.of("", "Bearer wrong", "Basic YmFuazpr", "DPoP " + alice.token(), "Bearer " + alice.token())) {
            var request = HttpRequest.newBuilder(URI.create(deployment.issuer + "/access/v1/evaluation"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode())
                    .as(authorization.substring(0, Math.min(12, authorization.length())))
                    .isEqualTo(401);
        }
    }

    @Test
    void aChangedPolicyCountsForTheNextDecision() throws Exception {
        var rule = policies.resolve("closed.cedar");
        Files.writeString(rule, """
                @id("closed") @text("The bank is closed")
                forbid (principal, action == Action::"transfer", resource);
                """);
        until(() -> code(alice.ask(another())).equals("forbidden"));
        assertThat(((Decision.Refused) alice.ask(another())).text()).isEqualTo("The bank is closed");
        Files.writeString(rule, "permit (principal, action, resource) when { oops };");
        until(() -> !deployment.evidenceOf("policy.refused").isEmpty());
        assertThat(code(alice.ask(another()))).isEqualTo("forbidden");
        Files.delete(rule);
        until(() -> code(alice.ask(another())).equals("permitted"));
        assertThat(deployment.evidenceOf("policy.changed")).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aForbidThatCannotBeEvaluatedClosesTheDoor() throws Exception {
        Files.writeString(policies.resolve("broken.cedar"), """
                @id("overflows")
                forbid (principal, action == Action::"transfer", resource)
                when { context has session && context.session.auth_age + 9223372036854775807 < 0 };
                """);
        deployment.advance(Duration.ofSeconds(2));
        until(() -> code(alice.ask(another())).equals("policy_error"));
        assertThat(code(alice.ask(Payments.read("alice")))).isEqualTo("permitted");
    }

    @Test
    void nothingSecretIsRecordedOrLogged() {
        alice.stepUp();
        alice.ask(Payments.transfer("tx-1", "2500.00"));
        var presented = alice.present();
        deployment.bank().evaluate(Payments.read("alice").apply(presented));
        deployment.bank().evaluate(Payments.read("alice").apply(presented)); // a replay
        deployment
                .bank()
                .evaluate(Payments.read("alice").apply(new TestPerson.Presented(alice.token() + "x", "no proof")));
        deployment.client("wrong-api-key").evaluate(Payments.read("alice").apply(presented));
        alice.get("/oauth/authorize?client_id=bank&code=" + alice.secrets.getFirst());
        alice.post("/step-up", "{\"session\":\"" + alice.secrets.getFirst() + "\"}");
        alice.exchange("grant_type=authorization_code&client_id=bank&code=" + alice.secrets.getLast()
                + "&code_verifier=x&redirect_uri=" + TestPerson.encode(TestDeployment.REDIRECT_URI.toString()));
        var secrets = new ArrayList<>(alice.secrets);
        secrets.addAll(List.of(TestDeployment.BANK_KEY, TestDeployment.CORE_KEY, "wrong-api-key", "secret of a test"));
        assertThat(secrets).hasSizeGreaterThan(10);
        assertThat(deployment.evidence()).hasSizeGreaterThan(5);
        for (var secret : secrets) {
            assertThat(deployment.evidence()).noneMatch(entry -> entry.contains(secret));
            synchronized (logged) {
                assertThat(logged).noneMatch(line -> line.contains(secret));
            }
        }
    }

    /** A transfer that was not asked about before: an earlier permit stands, whatever policy says now. */
    private Function<TestPerson.Presented, Evaluation> another() {
        return Payments.transfer("tx-" + UUID.randomUUID(), "50.00");
    }

    private List<JsonNode> batch(@org.jspecify.annotations.Nullable String semantics, ObjectNode... questions) {
        var body = Json.MAPPER.createObjectNode();
        var several = body.putArray("evaluations");
        for (var question : questions) {
            several.add(question);
        }
        if (semantics != null) {
            body.putObject("options").put("evaluations_semantic", semantics);
        }
        return list(send("/access/v1/evaluations", body));
    }

    private HttpResponse<String> send(String path, JsonNode body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(deployment.issuer + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TestDeployment.BANK_KEY)
                .POST(BodyPublishers.ofString(body.toString(), UTF_8));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static List<JsonNode> list(HttpResponse<String> answer) {
        var answers = new ArrayList<JsonNode>();
        json(answer).get("evaluations").forEach(answers::add);
        return answers;
    }

    private static String code(JsonNode answer) {
        return answer.at("/context/reason/code").asString();
    }

    private static String code(Decision decision) {
        return decision.permitted() ? "permitted" : DecisionTest.code(decision);
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static Path copied(Path folder) {
        var copy = TestDatabases.folder();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
            return copy;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Capture extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord event) {
            synchronized (logged) {
                logged.add(formatter.format(event));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
