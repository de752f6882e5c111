package dev.countersign.entity;

import dev.countersign.decision.StoredEntities;
import dev.countersign.http.Problem;
import dev.countersign.policy.Entities;
import dev.countersign.policy.PolicySet;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The graph that decides on this node: a snapshot in memory, swapped whole. A change made here is in use when its call
 * returns; one made on another node within about {@link #POLL}, and the time that reading it takes.
 *
 * <p>Guarded by {@code changing}: whoever makes another graph the live one. Readers take the reference.
 */
final class LiveGraph implements StoredEntities, AutoCloseable {
    /** How often the version is read. */
    static final Duration POLL = Duration.ofSeconds(1);

    /** How long the version may stay unread before nothing is decided with what may be old. */
    static final Duration MAX_UNREAD = Duration.ofSeconds(10);

    /** How long another graph may take to be read, while decisions still use the one before. */
    static final Duration MAX_BEHIND = Duration.ofSeconds(60);

    /** Tries of a change while other nodes make theirs. */
    static final int MAX_TRIES = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LiveGraph.class);

    private final GraphStore store;
    private final GraphReading reading;
    private final ReentrantLock changing = new ReentrantLock();
    private final Thread poll;
    private volatile Graph graph;
    private volatile long confirmedAt;
    private volatile boolean behind;
    private volatile @Nullable View view;

    /** Reads the graph, then keeps it fresh. Throws Problem 503 when the database is away. */
    LiveGraph(GraphStore store) {
        this.store = store;
        this.reading = new GraphReading(store);
        this.graph = reading.newest(Graph.EMPTY);
        this.confirmedAt = System.nanoTime();
        this.poll = Thread.ofVirtual().name("entities").start(this::run);
    }

    @Override
    public Entities with(PolicySet policies) {
        var now = current();
        var seen = view;
        if (seen != null && seen.policies.equals(policies) && seen.graph.equals(now)) {
            return seen.entities;
        }
        var entities = now.isEmpty() ? policies.entities() : policies.entities().over(now);
        view = new View(policies, now, entities); // of two that are made at once either may stay
        return entities;
    }

    /** The live graph. Throws Problem 503 when it may be old. */
    Graph current() {
        var unconfirmed = System.nanoTime() - confirmedAt;
        if (unconfirmed > (behind ? MAX_BEHIND : MAX_UNREAD).toNanos()) {
            throw Problem.unavailable("The stored entities may have changed and cannot be read");
        }
        return graph;
    }

    /**
     * Makes the next graph from the newest. {@code change} commits it before it returns; when another node came first it
     * throws {@link GraphMoved} and is called again. Throws Problem 409 when others are always first.
     */
    Graph change(UnaryOperator<Graph> change) {
        changing.lock();
        try {
            for (var attempt = 0; attempt < MAX_TRIES; attempt++) {
                try {
                    var next = change.apply(refresh());
                    goLive(next);
                    return next;
                } catch (GraphMoved e) {
                    LOG.debug("another node changed the entities first");
                }
            }
            throw Problem.conflict("entities-changing", "Other nodes change the entities all the time; try again");
        } finally {
            changing.unlock();
        }
    }

    private Graph refresh() {
        var newest = reading.newest(graph);
        goLive(newest);
        return newest;
    }

    private void goLive(Graph next) {
        graph = next;
        confirmedAt = System.nanoTime();
        behind = false;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(POLL);
                confirm();
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer reading the entities");
        }
    }

    /** Nothing that goes wrong ends the polling: {@link #current} closes the door meanwhile. */
    private void confirm() {
        try {
            var asked = System.nanoTime();
            if (store.head().version() == graph.version()) {
                confirmedAt = asked;
                return;
            }
            behind = true;
            changing.lock();
            try {
                refresh();
            } finally {
                changing.unlock();
            }
        } catch (RuntimeException e) {
            LOG.warn("the stored entities cannot be read", e);
        }
    }

    @Override
    public void close() {
        poll.interrupt();
    }

    private record View(PolicySet policies, Graph graph, Entities entities) {}
}
