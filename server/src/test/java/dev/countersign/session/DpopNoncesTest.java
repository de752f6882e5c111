package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.DpopNonces.Use;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DpopNoncesTest {
    private final TestClock clock = new TestClock();

    @Test
    void aNonceIsHandedOutForAWhileAndAcceptedLonger() {
        var nonces = new DpopNonces(clock, new SecureRandom());
        var first = nonces.current();
        assertThat(nonces.current()).isEqualTo(first);
        clock.advance(DpopNonces.ROTATE_AFTER);
        assertThat(nonces.current()).isNotEqualTo(first);
        assertThat(nonces.use(new DpopProofs.Proof("key", "1", first, clock.instant())))
                .isEqualTo(Use.FIRST);
        clock.advance(DpopNonces.VALID_FOR.minus(DpopNonces.ROTATE_AFTER).minus(Duration.ofMillis(1)));
        assertThat(nonces.use(new DpopProofs.Proof("key", "2", first, clock.instant())))
                .isEqualTo(Use.FIRST);
        clock.advance(Duration.ofMillis(1));
        assertThat(nonces.use(new DpopProofs.Proof("key", "3", first, clock.instant())))
                .isEqualTo(Use.UNKNOWN_NONCE);
    }

    @Test
    void atTheBoundAFreshNonceIsAskedForAndNothingIsForgotten() {
        var nonces = new DpopNonces(clock, new SecureRandom(), 64);
        var first = nonces.current();
        var accepted = 0;
        for (var i = 0; i < 1_000; i++) {
            accepted += nonces.use(new DpopProofs.Proof("key", "jti" + i, first, clock.instant())) == Use.FIRST ? 1 : 0;
        }
        assertThat(accepted).isBetween(1, 64);
        assertThat(nonces.current()).isNotEqualTo(first);
        for (var i = 0; i < 1_000; i++) {
            assertThat(nonces.use(new DpopProofs.Proof("key", "jti" + i, first, clock.instant())))
                    .isNotEqualTo(Use.FIRST);
        }
    }

    @Test
    void manyProofsOfOneNonceAreAllRemembered() {
        var nonces = new DpopNonces(clock, new SecureRandom());
        var nonce = nonces.current();
        for (var round = 0; round < 2; round++) {
            for (var i = 0; i < 20_000; i++) {
                assertThat(nonces.use(new DpopProofs.Proof("key", "jti" + i, nonce, clock.instant())))
                        .isEqualTo(round == 0 ? Use.FIRST : Use.REPLAYED);
            }
        }
        assertThat(nonces.use(new DpopProofs.Proof("other", "jti1", nonce, clock.instant())))
                .isEqualTo(Use.FIRST);
    }
}
