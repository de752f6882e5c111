package dev.countersign.watch;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at something once a period, on a thread of its own, until it is closed. A look that fails is logged, and followed by the next. */
public final class Watch implements AutoCloseable {
    /** How long closing waits for the look that is under way. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Duration period;
    private final Runnable look;
    private final Thread thread;
    private volatile boolean closed;

    private Watch(String name, Duration period, Runnable look) {
        this.period = period;
        this.look = look;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** Begins; the first look is a period from now. */
    public static Watch start(String name, Duration period, Runnable look) {
        var watch = new Watch(name, period, look);
        watch.thread.start();
        return watch;
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(period);
                look.run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn(
                        "{} could not look; trying again",
                        Thread.currentThread().getName(),
                        e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
