package dev.countersign.cli.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.remote.ServerRefusal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is kept under a passphrase opens with it alone, unchanged, and at a bounded cost. */
final class PassphraseSealTest {
    private static final String PASSPHRASE = "correct horse battery staple";
    private static final byte[] CONTENT = "the key".getBytes(StandardCharsets.UTF_8);

    /** As little work as Argon2 takes, for a test. */
    private static final PassphraseSeal CHEAP = new PassphraseSeal(1, 8, 1);

    private final SecureRandom random = new SecureRandom();

    @Test
    void itOpensWithItsPassphrase() {
        for (var seal : new PassphraseSeal[] {CHEAP, PassphraseSeal.STANDARD}) {
            var sealed = seal.seal(CONTENT, PASSPHRASE, random);
            assertThat(PassphraseSeal.open(sealed, PASSPHRASE)).isEqualTo(CONTENT);
            assertThat(sealed.toString()).doesNotContain("the key");
            assertThatThrownBy(() -> PassphraseSeal.open(sealed, PASSPHRASE + " "))
                    .isInstanceOf(ServerRefusal.class);
        }
    }

    @Test
    void nothingOfItIsTheSameTwice() {
        var one = CHEAP.seal(CONTENT, PASSPHRASE, random);
        var other = CHEAP.seal(CONTENT, PASSPHRASE, random);
        for (var name : new String[] {"salt", "nonce", "sealed"}) {
            assertThat(one.path(name)).isNotEqualTo(other.path(name));
        }
    }

    @Test
    void whatWasChangedDoesNotOpen() {
        var sealed = CHEAP.seal(CONTENT, PASSPHRASE, random);
        for (var changed : Map.<String, Object>of(
                        "iterations",
                        2,
                        "memory_kib",
                        16,
                        "salt",
                        "A".repeat(22),
                        "nonce",
                        "A".repeat(16),
                        "sealed",
                        "A".repeat(40),
                        "kdf",
                        "pbkdf2",
                        "cipher",
                        "none")
                .entrySet()) {
            assertThatThrownBy(
                            () -> PassphraseSeal.open(with(sealed, changed.getKey(), changed.getValue()), PASSPHRASE))
                    .as(changed.getKey())
                    .isInstanceOf(ServerRefusal.class);
        }
    }

    @Test
    void aFileDoesNotSayHowMuchWorkItIs() {
        var sealed = CHEAP.seal(CONTENT, PASSPHRASE, random);
        for (var changed : Map.<String, Object>of("iterations", 65, "memory_kib", 1024 * 1024 + 1, "lanes", 65)
                .entrySet()) {
            assertThatThrownBy(
                            () -> PassphraseSeal.open(with(sealed, changed.getKey(), changed.getValue()), PASSPHRASE))
                    .hasMessageContaining("does not know");
        }
        for (var name : new String[] {"iterations", "memory_kib", "lanes"}) {
            assertThatThrownBy(() -> PassphraseSeal.open(with(sealed, name, 0), PASSPHRASE))
                    .hasMessageContaining("does not know");
        }
    }

    private static ObjectNode with(ObjectNode sealed, String name, Object value) {
        var changed = sealed.deepCopy();
        return value instanceof Integer number ? changed.put(name, number) : changed.put(name, value.toString());
    }
}
