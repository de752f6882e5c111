package dev.countersign.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RaceBenchTest {
    @Test
    void eachTransferGetsOneReceiptOnBothDatabases() throws Exception {
        var result = new RaceBench(2_000).run();
        assertThat(result.ok()).as(result.table()).isTrue();
        assertThat(result.details()).containsEntry("transfers", 16).containsEntry("receipts", 16L);
    }
}
