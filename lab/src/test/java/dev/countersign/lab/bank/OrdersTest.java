package dev.countersign.lab.bank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.lab.bank.Instruction.NewAdministrator;
import dev.countersign.lab.bank.Order.Standing;
import dev.countersign.lab.bank.Order.Status;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrdersTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final Orders orders = new Orders();
    private final Order order =
            Order.open(new NewAdministrator("order-0001", "dave", "security-officer"), "alice", NOW);
    private final Order other =
            Order.open(new NewAdministrator("order-0001", "mallory", "security-officer"), "alice", NOW);

    @Test
    void ofManyParallelExecutionsOfOneIdOneBegins() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var tries = IntStream.range(0, 1_000)
                    .mapToObj(i -> threads.submit(() -> orders.begin(order)))
                    .toList();
            var begun = 0;
            for (Future<Boolean> one : tries) {
                begun += one.get() ? 1 : 0;
            }
            assertThat(begun).isEqualTo(1);
        }
    }

    @Test
    void anIdStandsForOneInstruction() {
        orders.keep(order.with(Status.WAITING, "", Standing.NONE));
        orders.keep(other);
        assertThat(orders.isTaken(other)).isTrue();
        assertThat(orders.begin(other)).isFalse();
        assertThat(orders.find("order-0001").orElseThrow().instruction()).isEqualTo(order.instruction());
    }

    @Test
    void whatWasExecutedStaysExecuted() {
        assertThat(orders.begin(order)).isTrue();
        orders.finish(order.with(Status.EXECUTED, "", Standing.NONE));
        orders.keep(order.with(Status.REFUSED, "already spent", Standing.NONE));
        assertThat(orders.find("order-0001").orElseThrow().status()).isEqualTo(Status.EXECUTED);
    }
}
