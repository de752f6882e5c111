package dev.countersign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Whatever is wrong with a request is told in a problem document, and leaves no trace in the log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {
    /** Who calls: an enforcement point, or a person's browser from our own page. */
    enum Caller {
        BANK,
        ALICE,
        STEPPED_UP,
        BOB
    }

    /** Whose errors AuthZEN lists (§10.1.2): there a wrong content type is a bad request like any other. */
    private static final Set<String> AUTHZEN = Set.of(
            "/access/v1/evaluation",
            "/access/v1/evaluations",
            "/access/v1/search/subject",
            "/access/v1/search/resource",
            "/access/v1/search/action");

    private final HttpClient http = HttpClient.newHttpClient();
    private TestDeployment deployment;
    private TestPerson alice;
    private TestPerson steppedUp;
    private TestPerson bob;
    private String request = "";

    @BeforeAll
    void open() {
        deployment = new TestDeployment(Engine.SQLITE);
        alice = deployment.person("alice").loggedIn().atTheBank();
        bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        steppedUp = deployment.person("carol").loggedIn().withAuthenticator().raised();
        var asked = new ArrayList<Evaluation>();
        var refused = (Decision.Refused) alice.ask(presented -> {
            asked.add(Payments.transfer("tx-open", "250000.00").apply(presented));
            return asked.getLast();
        });
        request = deployment.bank().request(asked.getLast(), refused).id();
        assertThat(alice.ask(Payments.transfer("tx-done", "50.00")).permitted()).isTrue();
    }

    @AfterAll
    void close() {
        deployment.close();
    }

    static Stream<Arguments> jsonEndpoints() {
        return Stream.of(
                Arguments.of(Caller.BANK, "/access/v1/evaluation"),
                Arguments.of(Caller.BANK, "/access/v1/evaluations"),
                Arguments.of(Caller.BANK, "/access/v1/search/subject"),
                Arguments.of(Caller.BANK, "/access/v1/search/resource"),
                Arguments.of(Caller.BANK, "/access/v1/search/action"),
                Arguments.of(Caller.BANK, "/access/v1/requests"),
                Arguments.of(Caller.BANK, "/transactions/tx-done/outcome"),
                Arguments.of(Caller.ALICE, "/authenticators"),
                Arguments.of(Caller.STEPPED_UP, "/authenticators/remove"),
                Arguments.of(Caller.ALICE, "/step-up/options"),
                Arguments.of(Caller.ALICE, "/step-up"),
                Arguments.of(Caller.BOB, "/approvals/{request}/sign"),
                Arguments.of(Caller.BOB, "/approvals/{request}/deny"));
    }

    static Stream<Arguments> formEndpoints() {
        return Stream.of(
                Arguments.of(Caller.BANK, "/oauth/token"),
                Arguments.of(Caller.BANK, "/oauth/introspect"),
                Arguments.of(Caller.BANK, "/oauth/revoke"),
                Arguments.of(Caller.ALICE, "/logout"),
                Arguments.of(Caller.BOB, "/offline-files"),
                Arguments.of(Caller.BOB, "/offline-files/answers"));
    }

    @ParameterizedTest
    @MethodSource("jsonEndpoints")
    void whatIsNotStrictJsonIsRefused(Caller caller, String path) throws Exception {
        var before = deployment.evidenceHead();
        var unsupported = AUTHZEN.contains(path) ? 400 : 415;
        refused(caller, path, "text/plain", "{}".getBytes(UTF_8), unsupported, null);
        refused(caller, path, "application/x-www-form-urlencoded", "a=b".getBytes(UTF_8), unsupported, null);
        refused(caller, path, "", "{}".getBytes(UTF_8), unsupported, null);
        refusedJson(caller, path, "", null);
        refusedJson(caller, path, "{\"a\":", null);
        refusedJson(caller, path, "{} {}", null);
        refusedJson(caller, path, "[]", "");
        refusedJson(caller, path, "\"text\"", "");
        refusedJson(caller, path, "{\"b\":{\"a\":1,\"a\":2}}", "/b/a");
        refusedJson(caller, path, "{\"a\":[\"x\",\"\\u0007\"]}", "/a/1");
        refusedJson(caller, path, "{\"a\":{\"b\":\"\\ud800\"}}", "/a/b");
        refusedJson(caller, path, "{\"a\":\"\n\"}", null);
        refusedJson(caller, path, "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}", null);
        refusedJson(caller, path, "{\"a\":" + "9".repeat(65) + "}", null);
        refusedJson(caller, path, "{\"" + "n".repeat(257) + "\":1}", null);
        refused(caller, path, "application/json", "{\"a\":\"\u00ff\"}".getBytes(ISO_8859_1), 400, null);
        tooLargeIsRefused(caller, path, "application/json");
        assertThat(deployment.evidenceHead()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("formEndpoints")
    void whatIsNoFormIsRefused(Caller caller, String path) throws Exception {
        var before = deployment.evidenceHead();
        var form = "application/x-www-form-urlencoded";
        assertThat(send(caller, path, "application/json", "{}".getBytes(UTF_8)).statusCode())
                .isEqualTo(415);
        for (var body : List.of("a=1&a=2", "a=%0", "a=%07", "a=%ff", "a=\u00ff")) {
            var answer = send(caller, path, form, body.getBytes(ISO_8859_1));
            assertThat(answer.statusCode()).as(body + " " + answer.body()).isEqualTo(400);
        }
        tooLargeIsRefused(caller, path, form);
        assertThat(deployment.evidenceHead()).isEqualTo(before);
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                Arguments.of(Caller.BANK, "/access/v1/requests", "{\"items\":7}", "/items"),
                Arguments.of(
                        Caller.BANK,
                        "/access/v1/requests",
                        "{\"denial\":{\"binding_token\":7}}",
                        "/denial/binding_token"),
                Arguments.of(Caller.BANK, "/access/v1/evaluations", "{\"evaluations\":1}", "/evaluations"),
                Arguments.of(Caller.BANK, "/access/v1/evaluations", "{\"evaluations\":[1]}", "/evaluations/0"),
                Arguments.of(
                        Caller.BANK,
                        "/access/v1/evaluations",
                        "{\"options\":{\"evaluations_semantic\":\"any\"},\"evaluations\":[{}]}",
                        "/options/evaluations_semantic"),
                Arguments.of(
                        Caller.BANK,
                        "/access/v1/evaluations",
                        "{\"evaluations\":[" + "{},".repeat(100) + "{}]}",
                        "/evaluations"),
                Arguments.of(Caller.BANK, "/transactions/tx-done/outcome", "{}", "/outcome"),
                Arguments.of(Caller.BANK, "/transactions/tx-done/outcome", "{\"outcome\":\"maybe\"}", "/outcome"),
                Arguments.of(Caller.BANK, "/transactions/tx-done/outcome", "{\"outcome\":1}", "/outcome"),
                Arguments.of(Caller.ALICE, "/authenticators", "{}", "/label"),
                Arguments.of(Caller.ALICE, "/authenticators", "{\"label\":\"\"}", "/label"),
                Arguments.of(Caller.ALICE, "/authenticators", "{\"label\":\"key\"}", "/response"),
                Arguments.of(Caller.ALICE, "/authenticators", "{\"label\":\"" + "k".repeat(65) + "\"}", "/label"),
                Arguments.of(Caller.ALICE, "/authenticators", "{\"label\":\"key\",\"response\":{}}", "/response/type"),
                Arguments.of(Caller.STEPPED_UP, "/authenticators/remove", "{}", "/id"),
                Arguments.of(Caller.ALICE, "/step-up/options", "{}", "/session"),
                Arguments.of(Caller.ALICE, "/step-up/options", "{\"session\":\"x\"}", "/session"),
                Arguments.of(Caller.ALICE, "/step-up", "{}", "/session"),
                Arguments.of(Caller.BOB, "/approvals/{request}/sign", "{}", "/response"),
                Arguments.of(Caller.BOB, "/approvals/{request}/deny", "{\"reason\":1}", "/reason"),
                Arguments.of(Caller.BOB, "/approvals/{request}/deny", "{\"not_me\":\"yes\"}", "/not_me"),
                Arguments.of(
                        Caller.BOB,
                        "/approvals/{request}/deny",
                        "{\"reason\":\"" + "r".repeat(501) + "\"}",
                        "/reason"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldThatDoesNotFitIsNamed(Caller caller, String path, String body, @Nullable String pointer)
            throws Exception {
        var before = deployment.evidenceHead();
        refusedJson(caller, path, body, pointer);
        assertThat(deployment.evidenceHead()).isEqualTo(before);
    }

    static Stream<Arguments> spoiltQuestions() {
        return Stream.of(
                        Map.entry("/subject", "null"),
                        Map.entry("/subject/type", "null"),
                        Map.entry("/subject/id", "7"),
                        Map.entry("/subject/properties", "[]"),
                        Map.entry("/action", "\"transfer\""),
                        Map.entry("/action/name", "\"\""),
                        Map.entry("/resource", "null"),
                        Map.entry("/resource/type", "null"),
                        Map.entry("/resource/id", "\"" + "x".repeat(513) + "\""),
                        Map.entry("/action/name", "\"transfre\""),
                        Map.entry("/resource/type", "\"Acount\""),
                        Map.entry("/resource/type", "\"Key\""),
                        Map.entry("/resource/properties/owner", "1"),
                        Map.entry("/resource/properties/onwer", "\"alice\""),
                        Map.entry("/resource/properties", "\"owner\""),
                        Map.entry("/resource/properties/owner", "null"),
                        Map.entry("/resource/properties/owner", "1.5"),
                        Map.entry("/context", "[]"),
                        Map.entry("/context/session", "\"token\""),
                        Map.entry("/context/session/token", "null"),
                        Map.entry("/context/session/token", "\"" + "x".repeat(8193) + "\""),
                        Map.entry("/context/session/scheme", "\"Basic\""),
                        Map.entry("/context/session/proof", "{}"),
                        Map.entry("/context/session/method", "null"),
                        Map.entry("/context/session/uri", "null"),
                        Map.entry("/context/client", "\"203.0.113.7\""),
                        Map.entry("/context/client/ip", "\"203.0.113.0/24\""),
                        Map.entry("/context/client/ip", "\"localhost\""),
                        Map.entry("/context/transaction", "\"tx\""),
                        Map.entry("/context/transaction/id", "null"),
                        Map.entry("/context/transaction/id", "\"" + "x".repeat(4097) + "\""),
                        Map.entry("/context/transaction/type", "\"gift\""),
                        Map.entry("/context/transaction/type", "null"),
                        Map.entry("/context/transaction/details", "null"),
                        Map.entry("/context/transaction/details", "[]"),
                        Map.entry("/context/transaction/details/amount", "null"),
                        Map.entry("/context/transaction/details/amount", "50"),
                        Map.entry("/context/transaction/details/amount", "\"1e3\""),
                        Map.entry("/context/transaction/details/amount", "\"-0.00001\""),
                        Map.entry("/context/transaction/details/amount", "\"01.00\""),
                        Map.entry("/context/transaction/details/currency", "\"euro\""),
                        Map.entry("/context/transaction/details/payee/iban", "\"DE\""),
                        Map.entry("/context/transaction/details/payee/name", "\"\""),
                        Map.entry("/context/transaction/details/more", "1"),
                        Map.entry("/context/approval", "\"rq\""),
                        Map.entry("/context/approval/id", "1"))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("spoiltQuestions")
    void aMemberOfAQuestionThatDoesNotFitIsNamed(String pointer, String value) throws Exception {
        alice.ask(Payments.read("alice")); // so that the page has a nonce
        var bad = spoilt(Payments.body(alice.present(), "tx-bad", "50.00"), pointer, value);
        var before = deployment.evidenceHead();
        refusedJson(Caller.BANK, "/access/v1/evaluation", bad.toString(), pointer);
        assertThat(deployment.evidenceHead()).isEqualTo(before);
    }

    /** AuthZEN §7.2.1: the others are decided, and recorded; it is neither. */
    @ParameterizedTest
    @MethodSource("spoiltQuestions")
    void inABatchItIsDeniedAlone(String pointer, String value) throws Exception {
        alice.ask(Payments.read("alice"));
        var bad = spoilt(Payments.body(alice.present(), "tx-bad", "50.00"), pointer, value);
        var good = Payments.body(alice.present(), "tx-good-" + UUID.randomUUID(), "50.00");
        var batch = Json.MAPPER.createObjectNode();
        batch.putArray("evaluations").add(bad).add(good);
        var before = deployment.evidenceHead();
        var answer = send(
                Caller.BANK,
                "/access/v1/evaluations",
                "application/json",
                batch.toString().getBytes(UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var answers = Json.MAPPER.readTree(answer.body()).get("evaluations");
        assertThat(answers.at("/0/decision").booleanValue()).isFalse();
        assertThat(answers.at("/0/context/error/pointer").stringValue()).isEqualTo("/evaluations/0" + pointer);
        assertThat(answers.at("/1/decision").booleanValue()).as(answer.body()).isTrue();
        assertThat(deployment.evidenceHead()).isEqualTo(before + 1);
        assertThat(deployment.evidence()).noneMatch(entry -> entry.contains("tx-bad"));
    }

    private static ObjectNode spoilt(ObjectNode body, String pointer, String value) {
        var at = pointer.lastIndexOf('/');
        if (pointer.startsWith("/context/approval/")) {
            ((ObjectNode) body.get("context")).putObject("approval");
        }
        ((ObjectNode) body.at(pointer.substring(0, at))).set(pointer.substring(at + 1), Json.MAPPER.readTree(value));
        return body;
    }

    static Stream<String> badLinks() {
        return Stream.of(
                "/login?return_to=//evil.example",
                "/login?return_to=%07",
                "/login?prompt=always",
                "/login?max_age=-1",
                "/login?provider=7",
                "/login/callback",
                "/login/callback?state=x&code=y",
                "/oauth/authorize",
                "/oauth/authorize?client_id=bank&redirect_uri=https://evil.example/",
                "/oauth/authorize?client_id=nobody",
                "/logout?client_id=bank&post_logout_redirect_uri=https://evil.example/",
                "/step-up?session=x",
                "/step-up?session=se_AAAAAAAAAAAAAAAAAAAAAA",
                "/step-up?return_to=//evil.example",
                "/authenticators?return_to=https://evil.example",
                "/approvals/rq_unknown",
                "/transactions/unknown",
                "/console",
                "/offline-keys/waiting",
                "/nowhere");
    }

    @ParameterizedTest
    @MethodSource("badLinks")
    void aPersonWithABadLinkSeesAPage(String path) {
        var before = deployment.evidenceHead();
        var page = alice.get(path);
        assertThat(page.statusCode()).as(page.body()).isBetween(400, 499);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(page.body())
                .contains("<h1>")
                .doesNotContain("urn:countersign")
                .doesNotContain("evil.example");
        assertThat(deployment.evidenceHead()).isEqualTo(before);
    }

    static Stream<String> badReads() {
        return Stream.of(
                "/evidence/proof/inclusion",
                "/evidence/proof/inclusion?size=0&index=0",
                "/evidence/proof/inclusion?size=x&index=0",
                "/evidence/proof/inclusion?size=99999999999999999999&index=0",
                "/evidence/proof/inclusion?size=1&index=1",
                "/evidence/proof/consistency?to=1&from=2",
                "/evidence/tile/0/" + "x999/".repeat(7) + "999",
                "/evidence/tile/99/000",
                "/evidence/tile/0/000.p/999",
                "/access/v1/requests/unknown",
                "/approvals/rq_unknown",
                "/transactions/unknown",
                "/assets/../countersign.db",
                "/console",
                "/console/feed",
                "/nowhere");
    }

    @ParameterizedTest
    @MethodSource("badReads")
    void aProgramThatAsksForNothingThatIsThereGetsAProblem(String path) throws Exception {
        var request = alice.asThisBrowser(HttpRequest.newBuilder(URI.create(deployment.issuer + path))
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + TestDeployment.BANK_KEY));
        var answer = http.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    private void refusedJson(Caller caller, String path, String body, @Nullable String pointer) throws Exception {
        refused(caller, path, "application/json", body.getBytes(UTF_8), 400, pointer);
    }

    private void refused(Caller caller, String path, String type, byte[] body, int status, @Nullable String pointer)
            throws Exception {
        var answer = send(caller, path, type, body);
        var what =
                path + " " + type + " " + new String(body, 0, Math.min(body.length, 200), UTF_8) + "\n" + answer.body();
        assertThat(answer.statusCode()).as(what).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).as(what).contains("application/problem+json");
        var problem = Json.MAPPER.readTree(answer.body());
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("type").stringValue()).startsWith("urn:countersign:problem:");
        if (pointer != null) {
            assertThat(problem.path("pointer").asString("none")).as(what).matches(Pattern.quote(pointer));
        }
    }

    /** By its declared length before it is sent, and by its bytes when it declares none. */
    private void tooLargeIsRefused(Caller caller, String path, String type) throws Exception {
        for (var framing : List.of("Content-Length: " + ((1 << 20) + 1), "Transfer-Encoding: chunked")) {
            try (var socket = new Socket("localhost", deployment.issuer.getPort())) {
                socket.setSoTimeout(10_000);
                var head = new StringBuilder("POST " + path.replace("{request}", request) + " HTTP/1.1\r\n");
                head.append("Host: localhost\r\nContent-Type: ").append(type).append("\r\n");
                var uri = deployment.issuer.resolve(path.replace("{request}", request));
                as(caller, HttpRequest.newBuilder(uri))
                        .build()
                        .headers()
                        .map()
                        .forEach((name, values) -> head.append(name)
                                .append(": ")
                                .append(values.getFirst())
                                .append("\r\n"));
                head.append(framing).append("\r\n\r\n");
                socket.getOutputStream().write(head.toString().getBytes(UTF_8));
                if (framing.startsWith("Transfer")) {
                    var chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
                    for (var i = 0; i <= 16; i++) {
                        socket.getOutputStream().write(chunk.getBytes(UTF_8));
                    }
                }
                var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
                assertThat(answer).as(path + " " + framing).startsWith("HTTP/1.1 413 ");
            }
        }
    }

    private HttpRequest.Builder as(Caller caller, HttpRequest.Builder request) {
        return switch (caller) {
            case BANK -> request.header("Authorization", "Bearer " + TestDeployment.BANK_KEY);
            case ALICE -> alice.asThisBrowser(request).header("Origin", deployment.issuer.toString());
            case STEPPED_UP -> steppedUp.asThisBrowser(request).header("Origin", deployment.issuer.toString());
            case BOB -> bob.asThisBrowser(request).header("Origin", deployment.issuer.toString());
        };
    }

    private HttpResponse<String> send(Caller caller, String path, String type, byte[] body) throws Exception {
        var uri = URI.create(deployment.issuer + path.replace("{request}", this.request));
        var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return http.send(as(caller, request).build(), BodyHandlers.ofString());
    }
}
