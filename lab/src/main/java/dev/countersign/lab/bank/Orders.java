package dev.countersign.lab.bank;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** One record for each transaction id. What has begun to be executed under an id never begins again. */
final class Orders {
    /** Records kept; a new id beyond them is refused. */
    static final int MAX_ORDERS = 100_000;

    private final ConcurrentMap<String, Order> byId = new ConcurrentHashMap<>();

    Optional<Order> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    boolean isFull() {
        return byId.size() >= MAX_ORDERS;
    }

    /** What {@code person} sent, newest first. */
    List<Order> of(String person) {
        return byId.values().stream()
                .filter(order -> order.owner().equals(person))
                .sorted(Comparator.comparing(Order::at).reversed())
                .toList();
    }

    /** True when the id of {@code order} stands for another instruction or another person's. */
    boolean isTaken(Order order) {
        var known = byId.get(order.instruction().id());
        return known != null && !known.isFor(order.owner(), order.instruction());
    }

    /** Keeps {@code order}, unless its id stands for another instruction, another person's, or one already executed. */
    void keep(Order order) {
        byId.merge(
                order.instruction().id(),
                order,
                (known, now) -> known.status().isFinal() || !known.isFor(now.owner(), now.instruction()) ? known : now);
    }

    /** Takes the right to execute {@code order}. True once for each id, and only for the instruction it stands for. */
    boolean begin(Order order) {
        var mine = new AtomicBoolean();
        byId.compute(order.instruction().id(), (id, known) -> {
            if (known != null && (known.status().isFinal() || !known.isFor(order.owner(), order.instruction()))) {
                mine.set(false);
                return known;
            }
            mine.set(true);
            return order.with(Order.Status.EXECUTING, "", order.standing());
        });
        return mine.get();
    }

    /** Ends an execution that {@link #begin} allowed. */
    void finish(Order order) {
        byId.put(order.instruction().id(), order);
    }
}
