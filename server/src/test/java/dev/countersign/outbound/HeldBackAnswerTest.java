package dev.countersign.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.OutboundSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** An answer that is held back, as a long poll's, is awaited as long as the caller says and no longer. */
final class HeldBackAnswerTest {
    private static final Duration HELD_BACK = OutboundHttp.TIMEOUT.plusMillis(500);

    @Test
    void theCallerSaysHowLong() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                try (exchange) {
                    Thread.sleep(HELD_BACK);
                    exchange.sendResponseHeaders(204, -1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            server.start();
            var http = new OutboundHttp(OutboundSettings.NONE);
            var to = Destination.configured(
                    URI.create("http://localhost:" + server.getAddress().getPort() + "/"));
            assertThat(http.post(to, "text/plain", Map.of(), new byte[0], Duration.ofSeconds(30))
                            .status())
                    .isEqualTo(204);
            assertThatThrownBy(() -> http.post(to, "text/plain", Map.of(), new byte[0], Duration.ofMillis(300)))
                    .isInstanceOf(OutboundFailure.class);
        } finally {
            server.stop(0);
        }
    }
}
