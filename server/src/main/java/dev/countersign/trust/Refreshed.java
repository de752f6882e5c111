package dev.countersign.trust;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that others publish and change: fetched when first needed and again when it is old. While the source is away the
 * last good one stays, for {@link #MAX_STALE} at most: a key that was withdrawn must not verify forever.
 */
final class Refreshed<T> {
    /** Shortest time between two fetches that an unknown key asks for: nobody makes us fetch again and again. */
    static final Duration MIN_REFRESH = Duration.ofSeconds(10);

    /** How long the last good one is believed without a newer one. */
    static final Duration MAX_STALE = Duration.ofHours(24);

    /** After a failed first fetch, callers are refused at once for this long instead of waiting in line. */
    static final Duration RETRY_FIRST = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Refreshed.class);

    private final String name;
    private final Source<T> source;
    private final Function<T, Duration> refreshAfter;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Held<T> held;
    private volatile Instant tried = Instant.MIN;

    /**
     * @param name for the log
     * @param source fetches it, given the last good one or null; throws {@link TrustUnavailable}
     * @param refreshAfter how old it may get before it is fetched again
     */
    Refreshed(String name, Source<T> source, Function<T, Duration> refreshAfter, InstantSource clock) {
        this.name = name;
        this.source = source;
        this.refreshAfter = refreshAfter;
        this.clock = clock;
    }

    /** The last good one. Throws {@link TrustUnavailable}. */
    T current() {
        var have = held;
        if (have == null) {
            return fetched(null);
        }
        var after = refreshAfter.apply(have.value());
        var wait = after.compareTo(MIN_REFRESH) < 0 ? after : MIN_REFRESH;
        if (isPast(have.fetchedAt().plus(after)) && isPast(tried.plus(wait))) {
            return fetched(have);
        }
        return believed(have);
    }

    /** One that is newer than {@code known}, if it may be asked for by now; else {@code known}. */
    T newer(T known) {
        var have = held;
        if (have != null && !have.value().equals(known)) {
            return believed(have);
        }
        return isPast(tried.plus(MIN_REFRESH)) ? fetched(have) : known;
    }

    private boolean isPast(Instant time) {
        return !time.isAfter(clock.instant());
    }

    private T believed(Held<T> have) {
        if (isPast(have.fetchedAt().plus(MAX_STALE))) {
            throw new TrustUnavailable("The keys of " + name + " are too old to be believed");
        }
        return have.value();
    }

    /** Fetches, unless another thread just did. When that fails, {@code have} goes on, if there is one. */
    private T fetched(@Nullable Held<T> have) {
        fetching.lock();
        try {
            var latest = held;
            if (latest != null && (have == null || latest.turn() > have.turn())) {
                return believed(latest);
            }
            if (latest == null && tried.isAfter(clock.instant().minus(RETRY_FIRST))) {
                throw new TrustUnavailable("The keys of " + name + " cannot be had");
            }
            tried = clock.instant();
            var fetched = source.fetch(have == null ? null : have.value());
            held = new Held<>(fetched, clock.instant(), have == null ? 1 : have.turn() + 1);
            return fetched;
        } catch (TrustUnavailable e) {
            if (have == null) {
                throw e;
            }
            LOG.warn("the keys of {} could not be fetched; the known ones stay: {}", name, e.text());
            return believed(have);
        } finally {
            fetching.unlock();
        }
    }

    /** Where it comes from. */
    @FunctionalInterface
    interface Source<T> {
        /**
         * Fetches it. Throws {@link TrustUnavailable}.
         *
         * @param known the last good one, or null
         */
        T fetch(@Nullable T known);
    }

    /** @param turn the first one is 1 */
    private record Held<T>(T value, Instant fetchedAt, long turn) {}
}
