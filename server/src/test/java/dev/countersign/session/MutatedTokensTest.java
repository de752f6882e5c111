package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.key.CryptoProviders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Whatever is changed in a good token, and whatever comes in the place of one: refused as declared, and soon. */
class MutatedTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String URI = "https://bank.example/transfers";
    private static final Duration BOUND = Duration.ofSeconds(1);
    private static final String PROOF;

    static {
        CryptoProviders.install();
        PROOF = new DpopClient().proof("POST", URI, NOW, "0hash", "0nonce");
    }

    private final DpopProofs proofs = new DpopProofs(InstantSource.fixed(NOW));

    @Property(tries = 2_000)
    void oneOtherCharacterMakesAProofWorthless(
            @ForAll @IntRange(max = 4_095) int place, @ForAll @CharRange(from = ' ', to = '~') char other) {
        var at = place % PROOF.length();
        var mutated = PROOF.substring(0, at) + other + PROOF.substring(at + 1);

        if (mutated.equals(PROOF)) {
            assertThat(verify(mutated)).isNotNull();
        } else {
            assertThatThrownBy(() -> verify(mutated)).isExactlyInstanceOf(InvalidProof.class);
        }
    }

    @Property(tries = 1_000)
    void aProofThatIsCutOrGrownIsWorthless(
            @ForAll @IntRange(max = 4_095) int from, @ForAll @StringLength(min = 1, max = 8) String grown) {
        var at = from % PROOF.length();

        assertThatThrownBy(() -> verify(PROOF.substring(0, at))).isExactlyInstanceOf(InvalidProof.class);
        assertThatThrownBy(() -> verify(PROOF.substring(0, at) + grown + PROOF.substring(at)))
                .isExactlyInstanceOf(InvalidProof.class);
    }

    @Property(tries = 2_000)
    void anyTextIsReadOrRefusedAsMalformed(@ForAll String text) {
        var began = System.nanoTime();
        try {
            CompactJws.parse(text, DpopProofs.MAX_PROOF);
        } catch (InvalidJws e) {
            assertThat(e.text()).isNotEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
    }

    private DpopProofs.Proof verify(String proof) {
        return proofs.verify(proof, "POST", URI, "0hash");
    }
}
