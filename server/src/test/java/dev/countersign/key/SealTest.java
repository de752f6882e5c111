package dev.countersign.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is sealed opens for the same purpose and about the same thing, on every node with the master key; nowhere else. */
final class SealTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] ABOUT = "a search".getBytes(UTF_8);
    private static final byte[] VALUE = "d03".getBytes(UTF_8);

    private final Seal seal = new Seal(KEY, "search page");

    @Test
    void itOpensOnAnotherNode() {
        var sealed = seal.seal(VALUE, ABOUT);
        assertThat(new Seal(KEY, "search page").open(sealed, ABOUT)).contains(VALUE);
        assertThat(sealed).isNotEqualTo(seal.seal(VALUE, ABOUT));
    }

    @Test
    void itDoesNotOpenOtherwise() {
        var sealed = seal.seal(VALUE, ABOUT);
        var otherKey = KEY.clone();
        otherKey[0] = 1;
        assertThat(new Seal(otherKey, "search page").open(sealed, ABOUT)).isEmpty();
        assertThat(new Seal(KEY, "another purpose").open(sealed, ABOUT)).isEmpty();
        assertThat(seal.open(sealed, "another search".getBytes(UTF_8))).isEmpty();
        for (var i = 0; i < sealed.length(); i++) {
            var changed = new StringBuilder(sealed);
            changed.setCharAt(i, sealed.charAt(i) == 'A' ? 'Q' : 'A');
            assertThat(seal.open(changed.toString(), ABOUT))
                    .as("character " + i)
                    .isEmpty();
        }
        for (var strange : new String[] {"", "A", "?", "A".repeat(53), sealed + "AAAA"}) {
            assertThat(seal.open(strange, ABOUT)).isEmpty();
        }
    }
}
