package dev.countersign.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KillBenchTest {
    @Test
    void noApprovalIsSpentTwiceAndNothingIsLostWhenTheServerIsKilled() throws Exception {
        var result = new KillBench(4).run();
        assertThat(result.ok()).as(result.table()).isTrue();
    }
}
