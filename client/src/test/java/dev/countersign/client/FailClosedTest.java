package dev.countersign.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailClosedTest {
    private static final Evaluation READ =
            Evaluation.of("User", "alice", "read-account", "Account", "DE1").build();

    private HttpServer peer;
    private final AtomicReference<String> seen = new AtomicReference<>("");

    @BeforeEach
    void start() throws Exception {
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.setExecutor(Executors.newCachedThreadPool());
        peer.start();
    }

    @AfterEach
    void stop() {
        peer.stop(0);
    }

    @Test
    void aPermitIsAPermit() {
        answers(
                200,
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"ev_1\",\"receipt\":\"r\",\"dpop_nonce\":\"n\"}}");
        assertThat(client().evaluate(READ)).isEqualTo(new Decision.Permit("ev_1", "r", "n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{}",
                "{\"decision\":\"true\"}",
                "{\"decision\":1}",
                "{\"decision\":true}",
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"e\",\"obligations\":{}}}",
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"e\",\"obligations\":[{\"id\":\"x\"}]}}"
            })
    void garbageIsUnavailable(String body) {
        answers(200, body);
        assertThat(client().evaluate(READ)).isInstanceOf(Decision.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503})
    void anErrorIsUnavailableWhateverItsBodySays(int status) {
        answers(status, "{\"decision\":true,\"context\":{\"evaluation_id\":\"ev_1\"}}");
        assertThat(client().evaluate(READ)).isInstanceOf(Decision.Unavailable.class);
    }

    @Test
    void anUnknownObligationTurnsAPermitIntoARefusal() {
        answers(
                200,
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"e\",\"obligations\":[{\"id\":\"o\",\"type\":\"mask\"}]}}");
        assertThat(client().evaluate(READ))
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(Decision.Refused.UNKNOWN_OBLIGATION));
        var knowing = Countersign.at(address())
                .apiKey("k")
                .fulfils(java.util.Set.of("mask"))
                .build();
        assertThat(knowing.evaluate(READ).permitted()).isTrue();
    }

    @Test
    void aRedirectIsNotFollowed() {
        var followed = new AtomicBoolean();
        peer.createContext("/elsewhere", exchange -> {
            followed.set(true);
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        peer.createContext("/access/v1/evaluation", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        assertThat(client().evaluate(READ)).isInstanceOf(Decision.Unavailable.class);
        assertThat(followed).isFalse();
    }

    @Test
    void anOversizedAnswerIsUnavailable() {
        answers(
                200,
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"e\",\"x\":\"" + "x".repeat(Wire.MAX_ANSWER_BYTES)
                        + "\"}}");
        assertThat(client().evaluate(READ)).isInstanceOf(Decision.Unavailable.class);
    }

    @Test
    void aBodyThatNeverEndsDoesNotHoldTheCaller() {
        peer.createContext("/access/v1/evaluation", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"decision\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            pause();
        });
        boundedlyUnavailable();
    }

    @Test
    void aSilentPeerDoesNotHoldTheCaller() {
        peer.createContext("/access/v1/evaluation", exchange -> pause());
        boundedlyUnavailable();
    }

    @Test
    void noPeerIsUnavailable() {
        peer.stop(0);
        assertThat(client().evaluate(READ)).isInstanceOf(Decision.Unavailable.class);
    }

    @Test
    void aBatchWithAnAnswerMissingPermitsNothing() {
        peer.createContext("/access/v1/evaluations", exchange -> {
            var bytes = "{\"evaluations\":[{\"decision\":true,\"context\":{\"evaluation_id\":\"e\"}}]}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        assertThat(client().evaluate(List.of(READ, READ)))
                .noneMatch(Decision::permitted)
                .hasSize(2);
    }

    @Test
    void theQuestionCarriesWhatTheEnforcementPointSaw() {
        answers(200, "{\"decision\":false,\"context\":{\"reason\":{\"code\":\"forbidden\",\"text\":\"no\"}}}");
        var asked = Evaluation.of("User", "alice", "transfer", "Account", "DE1")
                .session("t", "DPoP", "p", "POST", URI.create("https://bank.example/transfers"))
                .transaction("x", "payment", Map.of("amount", "1.00"))
                .build();
        assertThat(client().evaluate(asked)).isInstanceOf(Decision.Refused.class);
        assertThat(seen.get())
                .contains("\"proof\":\"p\"", "\"amount\":\"1.00\"", "\"uri\":\"https://bank.example/transfers\"");
    }

    private void boundedlyUnavailable() {
        var before = System.nanoTime();
        assertThat(client().evaluate(READ)).isInstanceOf(Decision.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    }

    private void answers(int status, String body) {
        peer.createContext("/access/v1/evaluation", exchange -> {
            seen.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static void pause() {
        try {
            Thread.sleep(4_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Countersign client() {
        return Countersign.at(address())
                .apiKey("k")
                .answerTimeout(Duration.ofMillis(800))
                .build();
    }

    private URI address() {
        return URI.create("http://localhost:" + peer.getAddress().getPort());
    }
}
