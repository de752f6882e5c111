package dev.countersign.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ApproveBenchTest {
    @Test
    void everyRoundTripEndsInAPermitOnBothDatabases() throws Exception {
        var result = new ApproveBench(12, 4).run();
        assertThat(result.details()).containsKeys("sqlite_p99_ms", "postgresql_p99_ms");
        assertThat(result.value()).isPositive();
    }
}
