package dev.countersign.outbound;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a number of failures in a row: doubling, bounded.
 *
 * @param first after the first failure
 * @param most at most
 */
public record Backoff(Duration first, Duration most) {
    private static final int MAX_DOUBLINGS = 16;

    public Duration after(int failures) {
        var wait = first.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS));
        return wait.compareTo(most) > 0 ? most : wait;
    }

    /** Up to half as long again, so that many do not come back at once. */
    public Duration after(int failures, RandomGenerator random) {
        var wait = after(failures);
        return wait.plusMillis(random.nextLong(wait.toMillis() / 2 + 1));
    }
}
