package dev.countersign.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many signals of one kind a session's tokens can write, so that nobody floods the log with them. */
final class SignalLimits {
    /** Signals of one kind that are written per session in each {@link #WINDOW}; the rest are only counted. */
    static final int MAX_PER_WINDOW = 5;

    /** The time that the bound is for. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Sessions and kinds that are counted at once; the least used are forgotten. */
    static final int MAX_COUNTED = 20_000;

    private final Cache<Key, Window> windows =
            Caffeine.newBuilder().maximumSize(MAX_COUNTED).build();

    /** How many signals to write as one row now: 0 for none, more than 1 when earlier ones were only counted. */
    int admit(SessionId session, String kind, Instant now) {
        var seen = new AtomicInteger();
        windows.asMap().compute(new Key(session, kind), (key, window) -> {
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

    private record Key(SessionId session, String kind) {}

    private record Window(Instant start, int written, int counted) {}
}
