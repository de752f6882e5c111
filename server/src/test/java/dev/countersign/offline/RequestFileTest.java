package dev.countersign.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.http.Json;
import dev.countersign.key.Ed25519Key;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The limits of files of requests, and that nothing of them can be exchanged. */
final class RequestFileTest {
    private final Server server = new Server();

    private static RequestFile.Head head(long sequence) {
        return new RequestFile.Head(
                "https://countersign.example",
                "bob",
                "ok_1",
                "AAAA",
                sequence,
                "",
                Instant.ofEpochSecond(1),
                Instant.ofEpochSecond(2));
    }

    private static List<JsonNode> requests(int count, int characters) {
        return Collections.nCopies(count, Json.MAPPER.createObjectNode().put("canonical", "a".repeat(characters)));
    }

    private byte[] written(List<JsonNode> requests) {
        return RequestFile.write(head(7), requests, server).text().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsWrittenIsRead() {
        var file = RequestFile.read(
                written(requests(RequestFile.MAX_REQUESTS, 20_000)), List.of(new byte[32], server.publicKey()));
        assertThat(file.head()).isEqualTo(head(7));
        assertThat(file.requests()).isEqualTo(requests(RequestFile.MAX_REQUESTS, 20_000));
    }

    @Test
    void aFileHasAtMostAHundredRequestsAndFourMebibytes() {
        assertThatThrownBy(() -> written(requests(RequestFile.MAX_REQUESTS + 1, 10)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> written(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> written(requests(5, 900_000))).hasMessageContaining("4194304");
        var large = new byte[RequestFile.MAX_BYTES + 1];
        assertThatThrownBy(() -> RequestFile.read(large, List.of(server.publicKey())))
                .hasMessageContaining("larger");
    }

    @Test
    void everyChangedCharacterIsSeen() {
        var bytes = written(requests(2, 3));
        for (var i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                continue;
            }
            var changed = bytes.clone();
            changed[i] = (byte) (bytes[i] == 'A' ? 'B' : 'A');
            if (!Arrays.equals(changed, bytes)) {
                assertThatThrownBy(() -> RequestFile.read(changed, List.of(server.publicKey())))
                        .as("character %s", i)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void whatIsNoFileIsRefused() {
        for (var text : List.of("", "\n", "a.b.c", "{}", "CS1.1/1.AAAA")) {
            assertThatThrownBy(
                            () -> RequestFile.read(text.getBytes(StandardCharsets.UTF_8), List.of(server.publicKey())))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> AnswerFile.read(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> RequestFile.read(
                        RequestFile.write(head(0), requests(1, 1), server)
                                .text()
                                .getBytes(StandardCharsets.UTF_8),
                        List.of(server.publicKey())))
                .hasMessageContaining("no number");
    }

    @Test
    void aFileOfRequestsIsNoFileOfAnswers() {
        var file = new String(written(requests(1, 1)), StandardCharsets.UTF_8)
                .lines()
                .findFirst();
        assertThatThrownBy(() -> AnswerFile.read(file.orElseThrow())).hasMessageContaining("no answers");
    }

    private static final class Server implements Ed25519Key {
        private final KeyPair pair;

        Server() {
            try {
                pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String id() {
            return "server";
        }

        @Override
        public byte[] publicKey() {
            var encoded = pair.getPublic().getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        }

        @Override
        public byte[] sign(byte[] message) {
            try {
                var ed25519 = Signature.getInstance("Ed25519");
                ed25519.initSign(pair.getPrivate());
                ed25519.update(message);
                return ed25519.sign();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }
}
