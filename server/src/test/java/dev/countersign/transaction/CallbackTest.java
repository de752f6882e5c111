package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.TWO_OF_TREASURY;
import static dev.countersign.transaction.BankDeployment.json;
import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.Settings;
import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.store.Database;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** AuthZEN Callback Notifications profile, over real sockets. */
final class CallbackTest {
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private HttpServer receiver;
    private URI endpoint;
    private volatile int answer = 204;

    @SuppressWarnings("NullAway.Init") // each test opens its own
    private BankDeployment bank;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/callbacks", exchange -> {
            told.add(new Told(
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        receiver.start();
        endpoint = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/callbacks");
    }

    @AfterEach
    void stop() {
        bank.close();
        receiver.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void anApprovalIsToldOnceWithATokenOverExactlyThisBody(Database.Engine engine) throws Exception {
        var settings = TestDatabases.settings(engine);
        bank = new BankDeployment(settings, List.of(endpoint));
        var task = ask("tx-1", callback -> {});
        sign(task);

        var call = told.poll(10, TimeUnit.SECONDS);
        assertThat(call).isNotNull();
        assertThat(call.json().get("state").asString()).isEqualTo("flow-1");
        assertThat(call.json().at("/task/id").asString()).isEqualTo(task);
        assertThat(call.json().at("/task/status").asString()).isEqualTo("approved");
        assertThat(call.json().has("result")).isFalse();
        var token = SignedJWT.parse(call.authorization().substring("Bearer ".length()));
        var key = bank.keys().getKeyByKeyId(token.getHeader().getKeyID()).toOctetKeyPair();
        assertThat(token.verify(new Ed25519Verifier(key.toPublicJWK()))).isTrue();
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(settings.issuer().toString());
        assertThat(claims.getAudience()).containsExactly(endpoint.toString());
        assertThat(claims.getSubject()).isEqualTo(task);
        assertThat(claims.getStringClaim("body_sha256")).isEqualTo(Sha256.base64url(call.body()));

        eventually(() -> standing(task).path("told").asString("").equals("approved"));
        assertThat(told.poll(1_500, TimeUnit.MILLISECONDS)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeToldIsVisibleAndToldAfterARestart(Database.Engine engine) throws Exception {
        answer = 503;
        Settings settings = TestDatabases.settings(engine);
        bank = new BankDeployment(settings, List.of(endpoint));
        var task = ask("tx-1", callback -> {});
        bank.post("/access/v1/requests/" + task + "/cancel", "bank", "{}");
        assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
        eventually(() -> standing(task).path("failures").asInt(0) > 0);
        assertThat(standing(task).get("last_error").asString()).isEqualTo("answered 503");
        assertThat(standing(task).has("next_attempt_at")).isTrue();
        bank.close();

        answer = 200;
        told.clear();
        bank = new BankDeployment(settings, List.of(endpoint));
        bank.pass(Duration.ofMinutes(1));
        var again = told.poll(10, TimeUnit.SECONDS);
        assertThat(again).isNotNull();
        assertThat(again.json().at("/task/status").asString()).isEqualTo("cancelled");
        eventually(() -> standing(task).path("told").asString("").equals("cancelled"));
    }

    @ParameterizedTest
    @EnumSource
    void anEndpointIsGivenUpAfterADay(Database.Engine engine) throws Exception {
        answer = 500;
        bank = new BankDeployment(TestDatabases.settings(engine), List.of(endpoint));
        var task = ask("tx-1", callback -> {});
        bank.post("/access/v1/requests/" + task + "/cancel", "bank", "{}");
        assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
        eventually(() -> standing(task).path("failures").asInt(0) == 1);
        bank.pass(Duration.ofHours(23));
        eventually(() -> standing(task).path("failures").asInt(0) == 2);
        assertThat(standing(task).has("given_up_at")).isFalse();
        bank.pass(Duration.ofMinutes(59));
        bank.pass(Duration.ofMinutes(2));
        eventually(() -> standing(task).has("given_up_at"));
        assertThat(bank.evidenceOf("callback.given_up")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheEventsThatWereAskedForAreTold(Database.Engine engine) throws Exception {
        bank = new BankDeployment(TestDatabases.settings(engine), List.of(endpoint));
        var task = ask("tx-1", callback -> callback.putArray("events").add("denied"));
        sign(task);
        assertThat(told.poll(2, TimeUnit.SECONDS)).isNull();
        assertThat(bank.status(task)).isEqualTo("approved");
    }

    @ParameterizedTest
    @EnumSource
    void anEndpointThatIsNotThePointsOwnIsRefused(Database.Engine engine) {
        bank = new BankDeployment(TestDatabases.settings(engine), List.of(endpoint));
        for (var foreign : List.of(
                "http://169.254.169.254/latest/meta-data",
                endpoint + "/../admin",
                endpoint + "?x=1",
                endpoint.toString().toUpperCase(Locale.ROOT))) {
            var answer = bank.post(
                    "/access/v1/requests", "bank", body("tx-1", callback -> callback.put("endpoint", foreign)));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).get("pointer").asString()).isEqualTo("/callback/endpoint");
        }
        var unknown = bank.post(
                "/access/v1/requests",
                "bank",
                body("tx-1", callback -> callback.putArray("events").add("opened")));
        assertThat(json(unknown).get("pointer").asString()).isEqualTo("/callback/events");
        assertThat(bank.evidenceOf("access_request.opened")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anAddressInsideTheNetworkIsNotCalledUnlessSettingsSaySo(Database.Engine engine) throws Exception {
        bank = new BankDeployment(TestDatabases.settings(engine), List.of(endpoint), Set.of());
        var task = ask("tx-1", callback -> {});
        bank.post("/access/v1/requests/" + task + "/cancel", "bank", "{}");
        eventually(() -> standing(task).path("failures").asInt(0) > 0);
        assertThat(told).isEmpty();
    }

    private JsonNode standing(String task) {
        return json(bank.get("/access/v1/requests/" + task, "bank")).at("/task/display/callback");
    }

    private String ask(String id, Consumer<ObjectNode> change) {
        var submitted = bank.post("/access/v1/requests", "bank", body(id, change));
        assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(202);
        return json(submitted).at("/task/id").asString();
    }

    private String body(String id, Consumer<ObjectNode> change) {
        var transaction = bank.transfer(id, "12000.00");
        var token = bank.token(transaction, terms(TWO_OF_TREASURY));
        var body = (ObjectNode) Json.MAPPER.readTree(BankDeployment.submission(transaction, token));
        var callback =
                body.putObject("callback").put("endpoint", endpoint.toString()).put("state", "flow-1");
        change.accept(callback);
        return body.toString();
    }

    private void sign(String task) {
        for (var person : List.of("bob", "carol")) {
            assertThat(bank.sign(task, person)).isEqualTo(200);
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        for (var i = 0; i < 100 && !condition.getAsBoolean(); i++) {
            Thread.sleep(100);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private record Told(String authorization, byte[] body) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }
    }
}
