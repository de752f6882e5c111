package dev.countersign.lab.demo;

import dev.countersign.evidence.Journal;
import dev.countersign.evidence.Journal.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Everything that the log took since this began to watch. Guarded by its monitor. */
public final class Watch implements AutoCloseable {
    /** An entry is told after its commit by a thread of the journal's: how long that may take here. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final List<Recorded> seen = new ArrayList<>();
    private final AutoCloseable listening;

    public Watch(Journal journal) {
        listening = journal.listen(this::take);
    }

    private synchronized void take(Recorded recorded) {
        seen.add(recorded);
        notifyAll();
    }

    /** Index of the newest entry of {@code kind} that fits, or -1 when none came in time. */
    public synchronized long index(String kind, Predicate<Recorded> fits) {
        awaited(1, kind, fits);
        for (var recorded : seen.reversed()) {
            if (isOf(kind, fits, recorded)) {
                return recorded.index();
            }
        }
        return -1;
    }

    /** Index of the newest entry of {@code kind} about {@code subject}, or -1. */
    public long index(String kind, String subject) {
        return index(kind, recorded -> recorded.entry().subject().equals(subject));
    }

    /** How many entries of {@code kind} fit, once {@code expected} have come or the time is up. */
    public synchronized long count(int expected, String kind, Predicate<Recorded> fits) {
        return awaited(expected, kind, fits);
    }

    private synchronized long awaited(int expected, String kind, Predicate<Recorded> fits) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var count =
                    seen.stream().filter(recorded -> isOf(kind, fits, recorded)).count();
            var left = (deadline - System.nanoTime()) / 1_000_000;
            if (count >= expected || left <= 0) {
                return count;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return count;
            }
        }
    }

    private static boolean isOf(String kind, Predicate<Recorded> fits, Recorded recorded) {
        return recorded.entry().kind().equals(kind) && fits.test(recorded);
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("The journal does not let go of its listener", e);
        }
    }
}
