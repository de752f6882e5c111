package dev.countersign.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.OutboundSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutboundHttpTest {
    private final AtomicInteger requests = new AtomicInteger();
    private final OutboundHttp http = new OutboundHttp(OutboundSettings.NONE);
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/echo", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                var said = exchange.getRequestMethod() + " "
                        + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " "
                        + exchange.getRequestURI() + " "
                        + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                exchange.getResponseHeaders().add("X-Said", "yes");
                exchange.sendResponseHeaders(202, said.getBytes(UTF_8).length);
                exchange.getResponseBody().write(said.getBytes(UTF_8));
            }
        });
        server.createContext("/away", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("Location", "/echo");
                exchange.sendResponseHeaders(302, -1);
            }
        });
        server.createContext("/large", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, 0);
                var block = new byte[64 * 1024];
                for (var i = 0; i < 1_000; i++) {
                    exchange.getResponseBody().write(block);
                }
            } catch (IOException e) {
                // the client has had enough
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    @Test
    void aConfiguredAddressIsFetchedAndPostedTo() {
        var got =
                http.get(Destination.configured(uri("/echo?a=b%2Fc%0d%0aX:%20y")), Map.of("Authorization", "Bearer x"));
        assertThat(got.status()).isEqualTo(202);
        assertThat(got.header("x-said")).hasValue("yes");
        assertThat(new String(got.body(), UTF_8)).isEqualTo("GET null Bearer x /echo?a=b%2Fc%0d%0aX:%20y ");
        var posted = http.post(
                Destination.configured(uri("/echo")), "application/secevent+jwt", Map.of(), "signed".getBytes(UTF_8));
        assertThat(new String(posted.body(), UTF_8)).isEqualTo("POST application/secevent+jwt null /echo signed");
    }

    @Test
    void aRedirectionIsAnAnswerAndNotFollowed() {
        assertThat(http.get(Destination.configured(uri("/away"))).status()).isEqualTo(302);
        assertThat(requests).hasValue(0);
    }

    @Test
    void anAnswerThatIsTooLargeIsCutOff() {
        assertThatThrownBy(() -> http.get(Destination.configured(uri("/large"))))
                .isInstanceOf(OutboundFailure.class)
                .hasMessageContaining("larger than 1048576 bytes");
    }

    @Test
    void anAnswerThatTricklesIsNotWaitedFor() throws IOException {
        try (var slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var client = slow.accept()) {
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".getBytes(UTF_8));
                    while (true) {
                        client.getOutputStream().write('x');
                        Thread.sleep(300);
                    }
                } catch (IOException | InterruptedException e) {
                    // closed by the other side: what the test wants
                }
            });
            var before = System.nanoTime();
            assertThatThrownBy(() -> http.get(
                            Destination.configured(URI.create("http://localhost:" + slow.getLocalPort() + "/"))))
                    .isInstanceOf(OutboundFailure.class)
                    .hasMessageContaining("within 5 seconds");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void whatIsNotHttpAndWhatDoesNotListenIsAFailure() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var client = other.accept()) {
                    client.getOutputStream().write("SSH-2.0-x\r\n\r\n".getBytes(UTF_8));
                } catch (IOException e) {
                    // the client may go first
                }
            });
            var port = other.getLocalPort();
            assertThatThrownBy(() -> http.get(Destination.configured(URI.create("http://localhost:" + port + "/"))))
                    .isInstanceOf(OutboundFailure.class);
        }
        assertThatThrownBy(() -> http.get(Destination.configured(URI.create("http://localhost:1/"))))
                .isInstanceOf(OutboundFailure.class)
                .hasMessageContaining("cannot be reached");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://localhost/",
                "https://2130706433/",
                "https://[::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://169.254.169.254/latest/meta-data/",
                "https://10.0.0.1/",
                "https://[fd00::1]/",
                "https://0.0.0.0/",
                "http://localhost/",
                "http://example.com/",
                "ftp://example.com/"
            })
    void whatOthersNameMustBePublicAndOverTls(String address) {
        assertThatThrownBy(() -> http.get(Destination.named(URI.create(address))))
                .isInstanceOf(OutboundFailure.class)
                .hasMessageMatching("The address (leads into a network that is not public|is not served over TLS)");
    }

    @Test
    void theOperatorMayAllowAHost() {
        var allowing = new OutboundHttp(new OutboundSettings(Set.of("localhost")));
        assertThat(allowing.get(Destination.named(uri("/echo"))).status()).isEqualTo(202);
        assertThatThrownBy(() -> allowing.get(Destination.named(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/echo"))))
                .isInstanceOf(OutboundFailure.class);
    }

    @Test
    void plainHttpLeavesThisMachineForNobody() {
        assertThatThrownBy(() -> http.get(Destination.configured(URI.create("http://10.0.0.1/"))))
                .hasMessage("The address is not served over TLS");
    }

    @Test
    void aDocumentsAddressIsTrustedAsFarAsItsOrigin() {
        var document = Destination.configured(URI.create("https://idp.example/.well-known/openid-configuration"));
        assertThat(document.naming(URI.create("https://idp.example:443/jwks")).chosenBy())
                .isEqualTo(Destination.ChosenBy.OPERATOR);
        for (var other :
                new String[] {"https://idp.example:8443/", "https://keys.idp.example/", "http://idp.example/"}) {
            assertThat(document.naming(URI.create(other)).chosenBy()).isEqualTo(Destination.ChosenBy.OTHERS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/relative", "https:///path", "https://user@host/", "https://host/#f", "mailto:a@b"})
    void addressesThatAreNoneAreRefused(String address) {
        assertThatThrownBy(() -> Destination.named(URI.create(address))).isInstanceOf(IllegalArgumentException.class);
    }
}
