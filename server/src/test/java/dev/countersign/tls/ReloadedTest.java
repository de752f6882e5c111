package dev.countersign.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.certificate.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReloadedTest {
    private static final Duration A_LITTLE_MORE = Reloaded.PAUSE.plusMillis(200);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Reloaded<Integer> number(Path file) {
        return new Reloaded<>(
                List.of(file), 8, files -> Integer.parseInt(new String(files.getFirst(), StandardCharsets.UTF_8)));
    }

    @Test
    void aChangeIsSeenAndNonsenseIsNot() throws Exception {
        var file = Files.writeString(folder.resolve("number"), "1");
        var number = number(file);
        assertThat(number.current()).isEqualTo(1);
        Files.writeString(file, "2");
        Thread.sleep(A_LITTLE_MORE);
        assertThat(number.current()).isEqualTo(2);
        Files.writeString(file, "x");
        Thread.sleep(A_LITTLE_MORE);
        assertThat(number.current()).isEqualTo(2);
        Files.writeString(file, "123456789");
        Thread.sleep(A_LITTLE_MORE);
        assertThat(number.current()).isEqualTo(2);
        Files.delete(file);
        Thread.sleep(A_LITTLE_MORE);
        assertThat(number.current()).isEqualTo(2);
        Files.writeString(file, "3");
        Thread.sleep(A_LITTLE_MORE);
        assertThat(number.current()).isEqualTo(3);
    }

    @Test
    void theFirstReadingMustSucceed() throws Exception {
        assertThatThrownBy(() -> number(folder.resolve("missing"))).hasMessageContaining("cannot be read");
        var large = Files.writeString(folder.resolve("large"), "123456789");
        assertThatThrownBy(() -> number(large)).hasMessageContaining("larger than 8 bytes");
        var nonsense = Files.writeString(folder.resolve("nonsense"), "secret");
        assertThatThrownBy(() -> number(nonsense))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        var issued = TestAuthority.root("ca").client("localhost", "localhost");
        var certificate = Files.writeString(folder.resolve("server.pem"), TestAuthority.pem(issued.leaf()));
        var other =
                TestAuthority.pem("PRIVATE KEY", TestAuthority.ec().getPrivate().getEncoded());
        var key = Files.writeString(folder.resolve("server.key"), other);
        assertThatThrownBy(() -> new ServerKey(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not the one of the certificate");
    }
}
