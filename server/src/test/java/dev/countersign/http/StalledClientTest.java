package dev.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StalledClientTest {
    private static final Duration READ_TIMEOUT = Duration.ofMillis(300);

    private static final int TOO_LONG_MILLIS = 5_000;

    private final WebServer server = start();

    private static WebServer start() {
        var routing = HttpRouting.builder();
        new Problems(new SecureRandom()).register(routing);
        routing.post("/", (request, response) -> {
            Bodies.bytes(request);
            response.send();
        });
        return Listener.start("127.0.0.1", 0, null, routing, READ_TIMEOUT);
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void isCutOffInTheMiddleOfABody() throws IOException {
        assertThat(answerTo("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"))
                .doesNotContain("200");
    }

    @Test
    void isCutOffInTheMiddleOfTheHeaders() throws IOException {
        assertThat(answerTo("POST / HTTP/1.1\r\nHost: loc")).doesNotContain("200");
    }

    @Test
    void isAnsweredWhenTheBodyIsWhole() throws IOException {
        var answer = answerTo("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{");

        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    /** Everything until the server closes the connection. */
    private String answerTo(String sent) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(TOO_LONG_MILLIS);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
