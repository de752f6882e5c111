package dev.countersign.lab.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private static final String FROM = "DE89370400440532013000";
    private static final String TO = "DE02120300000000202051";

    private final Accounts accounts = new Accounts(List.of(
            new Account(FROM, "Operating account", "alice", "EUR", new BigDecimal("100.00")),
            new Account(TO, "Current account", "bob", "EUR", new BigDecimal("0.00"))));

    @Test
    void aTransferInsideTheBankTakesAndGives() {
        assertThat(accounts.transfer(FROM, TO, new BigDecimal("99.99"))).isTrue();
        assertThat(accounts.find(FROM).orElseThrow().balance()).isEqualTo("0.01");
        assertThat(accounts.find(TO).orElseThrow().balance()).isEqualTo("99.99");
    }

    @Test
    void anAccountIsNeverOverdrawnAndNothingNegativeMoves() {
        assertThat(accounts.transfer(FROM, TO, new BigDecimal("100.01"))).isFalse();
        assertThat(accounts.transfer(FROM, TO, new BigDecimal("-1.00"))).isFalse();
        assertThat(accounts.find(FROM).orElseThrow().balance()).isEqualTo("100.00");
    }

    @Test
    void parallelTransfersNeitherLoseNorMakeMoney() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var tries = IntStream.range(0, 500)
                    .mapToObj(i -> threads.submit(() -> accounts.transfer(FROM, TO, new BigDecimal("1.00"))))
                    .toList();
            var moved = 0;
            for (Future<Boolean> one : tries) {
                moved += one.get() ? 1 : 0;
            }
            assertThat(moved).isEqualTo(100);
        }
        assertThat(accounts.find(TO).orElseThrow().balance()).isEqualTo("100.00");
    }
}
