package dev.countersign.signal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many refusals of one kind are written, so that nobody floods the log with bad tokens. */
final class Refusals {
    /** Refusals of one kind that are written in each {@link #WINDOW}; the rest are only counted. */
    static final int MAX_PER_WINDOW = 10;

    /** The time that the bound is for. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Kinds that are counted at once. */
    static final int MAX_KINDS = 10_000;

    private final Cache<String, Window> windows =
            Caffeine.newBuilder().maximumSize(MAX_KINDS).build();

    /** How many refusals to write as one now: 0 for none, more than 1 when earlier ones were only counted. */
    int admit(String kind, Instant now) {
        var seen = new AtomicInteger();
        windows.asMap().compute(kind, (key, window) -> {
            var current = window == null || !window.start().plus(WINDOW).isAfter(now)
                    ? new Window(now, 0, window == null ? 0 : window.counted())
                    : window;
            if (current.written() >= MAX_PER_WINDOW) {
                return new Window(current.start(), current.written(), current.counted() + 1);
            }
            seen.set(current.counted() + 1);
            return new Window(current.start(), current.written() + 1, 0);
        });
        return seen.get();
    }

    private record Window(Instant start, int written, int counted) {}
}
