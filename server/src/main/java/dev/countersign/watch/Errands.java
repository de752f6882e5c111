package dev.countersign.watch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is due once a period and runs each on a thread of its own, so that none waits for another. */
public final class Errands<T> implements AutoCloseable {
    /** Most underway at once. */
    public static final int MAX_AT_ONCE = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);

    private final String name;
    private final Duration patience;
    private final IntFunction<List<T>> taken;
    private final Consumer<T> run;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);
    private final Watch watch;

    private Errands(String name, Duration period, Duration patience, IntFunction<List<T>> taken, Consumer<T> run) {
        this.name = name;
        this.patience = patience;
        this.taken = taken;
        this.run = run;
        this.watch = Watch.start(name, period, this::look);
    }

    /**
     * Begins.
     *
     * @param patience how long closing waits for what is underway; what is cut off is due again for others when its lease ends
     * @param taken takes at most so many that are due, so that no other node does
     */
    public static <T> Errands<T> start(
            String name, Duration period, Duration patience, IntFunction<List<T>> taken, Consumer<T> run) {
        return new Errands<>(name, period, patience, taken, run);
    }

    private void look() {
        var room = free.availablePermits();
        if (room == 0) {
            return;
        }
        for (var each : taken.apply(room)) {
            free.acquireUninterruptibly();
            Thread.ofVirtual().name(name).start(() -> {
                try {
                    run.accept(each);
                } catch (RuntimeException e) {
                    LOG.warn("{}: one failed; trying again", name, e);
                } finally {
                    free.release();
                }
            });
        }
    }

    @Override
    public void close() {
        watch.close();
        try {
            free.tryAcquire(MAX_AT_ONCE, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
