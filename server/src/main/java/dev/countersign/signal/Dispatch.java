package dev.countersign.signal;

import dev.countersign.http.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds whom there is something to tell and has it delivered, each target on a virtual thread of its own, until closed. */
final class Dispatch implements AutoCloseable {
    /** How long something that another node wrote, or whose time has come, is not noticed. */
    static final Duration LOOK = Duration.ofMillis(500);

    /** Targets that are delivered to at once. */
    static final int MAX_AT_ONCE = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final TargetStore targets;
    private final Delivery delivery;
    private final InstantSource clock;
    private final String node;
    private final Set<String> underway = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Thread thread;
    private long woken; // guarded by lock
    private volatile boolean closed;

    Dispatch(TargetStore targets, Delivery delivery, InstantSource clock, String node) {
        this.targets = targets;
        this.delivery = delivery;
        this.clock = clock;
        this.node = node;
        this.thread = Thread.ofVirtual().name("signals-out").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Something was written: looks at once, and lets those look who wait in {@link #await}. */
    void wake() {
        lock.lock();
        try {
            woken++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How often there was news so far. */
    long count() {
        lock.lock();
        try {
            return woken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is news since {@code seen}, at most {@link #LOOK}. False when closed or interrupted. */
    boolean await(long seen) {
        lock.lock();
        try {
            var left = LOOK.toNanos();
            while (!closed && woken == seen && left > 0) {
                left = news.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!closed) {
            var seen = count();
            try {
                look();
            } catch (Problem e) {
                LOG.warn("what has to be told cannot be read: {}", e.detail());
            } catch (RuntimeException e) {
                LOG.error("what has to be told cannot be read", e);
            }
            if (!await(seen)) {
                return;
            }
        }
    }

    private void look() {
        for (var target : targets.due(node, clock.instant())) {
            if (underway.size() < MAX_AT_ONCE && underway.add(target.id())) {
                Thread.ofVirtual().name("signals-to-" + target.id()).start(() -> deliver(target));
            }
        }
    }

    private void deliver(Target target) {
        try {
            delivery.drain(target);
        } catch (Problem e) {
            LOG.warn("nothing can be told to {}: {}", target.id(), e.detail());
        } catch (RuntimeException e) {
            LOG.error("nothing can be told to {}", target.id(), e);
        } finally {
            underway.remove(target.id());
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(5));
            }
            for (var waited = 0; !underway.isEmpty() && waited < 50; waited++) {
                Thread.sleep(Duration.ofMillis(100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
