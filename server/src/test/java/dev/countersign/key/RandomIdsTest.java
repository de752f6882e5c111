package dev.countersign.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** Names for things. */
final class RandomIdsTest {
    private final RandomIds ids = new RandomIds(new SecureRandom());

    @Test
    void anIdOfATimeTellsItToTheMillisecond() {
        for (var at : new Instant[] {
            Instant.parse("2026-11-24T12:00:00.123456Z"), Instant.EPOCH, Instant.parse("9999-12-31T23:59:59.999Z")
        }) {
            var id = ids.next("ev_", at);
            assertThat(id).matches("ev_[A-Za-z0-9_-]{21}[AQgw]");
            assertThat(RandomIds.timeOf("ev_", id)).isEqualTo(at.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    @Test
    void idsOfOneTimeDiffer() {
        var all = new HashSet<String>();
        for (var i = 0; i < 10_000; i++) {
            all.add(ids.next("ev_", Instant.EPOCH));
        }
        assertThat(all).hasSize(10_000);
    }

    @Test
    void whatIsNoIdTellsNoTime() {
        for (var text :
                new String[] {"", "ev_", "ev_short", "rq_AAAAAAAAAAAAAAAAAAAAAA", "ev_!!AAAAAAAAAAAAAAAAAAAA"}) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> RandomIds.timeOf("ev_", text));
        }
    }
}
