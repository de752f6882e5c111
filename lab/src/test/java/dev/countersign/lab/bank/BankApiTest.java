package dev.countersign.lab.bank;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.client.DpopKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bank in front of a Countersign that answers what a test tells it to. */
class BankApiTest {
    private static final String ACCOUNT = "DE89370400440532013000";
    private static final String TOKEN = "e30."
            + Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"sub\":\"alice\"}".getBytes(StandardCharsets.UTF_8))
            + ".c2ln";

    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer countersign;
    private Bank bank;
    private volatile String answer = "{}";
    private volatile int status = 200;

    @BeforeEach
    void open() throws Exception {
        countersign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        countersign.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        countersign.start();
        var issuer = URI.create("http://localhost:" + countersign.getAddress().getPort());
        bank = Bank.start(
                new BankSettings(
                        URI.create("http://localhost:8402"), "localhost", 0, issuer, "bank", "bank", "key of a test"),
                InstantSource.system());
    }

    @AfterEach
    void close() {
        bank.close();
        countersign.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"ev_1\"}}",
                "{\"decision\":true,\"context\":{\"evaluation_id\":\"ev_1\",\"receipt\":\"e30.e30.e30\"}}",
                "{\"decision\":\"true\"}",
                "not JSON"
            })
    void withoutAProvenReceiptNoMoneyMoves(String countersigns) throws Exception {
        var before = bank.balance(ACCOUNT);
        answer = countersigns;
        assertThat(transfer("10.00").statusCode()).isEqualTo(503);
        assertThat(bank.balance(ACCOUNT)).isEqualTo(before);
    }

    @Test
    void aCountersignThatFailsIs503() throws Exception {
        status = 500;
        assertThat(transfer("10.00").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1.00", "0.00", "1", "1.001", "1e3", "01.00", "1,00", ""})
    void whatIsNoAmountIsRefusedByName(String amount) throws Exception {
        var refused = transfer(amount);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("amount");
    }

    @Test
    void nobodyIsNobody() throws Exception {
        var request = HttpRequest.newBuilder(at("/api/accounts")).build();
        var refused = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("DPoP");
    }

    @Test
    void thePageAllowsNoInlineScriptAndNoFrame() throws Exception {
        var page = http.send(HttpRequest.newBuilder(at("/")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("<script>", "style=", "onclick");
    }

    private HttpResponse<String> transfer(String amount) throws Exception {
        var body = """
                {"id":"%s","from":"%s","amount":"%s","currency":"EUR",
                 "payee":{"name":"ACME GmbH","iban":"FR1420041010050500013M02606"},"reference":"Invoice 1042"}""".formatted(UUID.randomUUID(), ACCOUNT, amount);
        var uri = at("/api/transfers");
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Authorization", "DPoP " + TOKEN)
                .header("DPoP", DpopKey.generate(InstantSource.system()).proof("POST", uri, TOKEN, null))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI at(String path) {
        return URI.create("http://localhost:" + bank.port() + path);
    }
}
