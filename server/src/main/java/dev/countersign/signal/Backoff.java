package dev.countersign.signal;

import java.time.Duration;

/** How long to wait after a number of failures in a row: doubling, bounded. */
final class Backoff {
    /** After the first failure. */
    static final Duration FIRST = Duration.ofSeconds(1);

    /** At most. */
    static final Duration MOST = Duration.ofMinutes(5);

    private static final int MAX_DOUBLINGS = 16;

    private Backoff() {}

    static Duration after(int failures) {
        var wait = FIRST.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS));
        return wait.compareTo(MOST) > 0 ? MOST : wait;
    }
}
