package dev.countersign.monitor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Things in memory that the database remembers when we do not. On PostgreSQL other nodes write them too: one that was looked up
 * longer ago than {@link #STALE} is looked up again.
 */
final class Remembered<K, V> {
    /** How long another node's word may stay unheard. */
    static final Duration STALE = Duration.ofSeconds(2);

    private final Cache<K, Held<V>> cache;
    private final Function<K, V> read;
    private final BiConsumer<V, V> merge;
    private final boolean shared;

    /**
     * @param max how many are kept; the least used are forgotten
     * @param read reads one, or makes a new one
     * @param merge adds to the first what the second, just read, knows
     * @param shared whether others write to the database
     */
    Remembered(int max, Function<K, V> read, BiConsumer<V, V> merge, boolean shared) {
        this.cache = Caffeine.newBuilder().maximumSize(max).build();
        this.read = read;
        this.merge = merge;
        this.shared = shared;
    }

    /** The one of {@code key} if it is here; where it is not, the next look reads it. */
    Optional<V> known(K key) {
        return Optional.ofNullable(cache.getIfPresent(key)).map(Held::value);
    }

    V get(K key, Instant now) {
        var held = cache.get(key, each -> new Held<>(read.apply(each), new AtomicLong(now.toEpochMilli())));
        if (shared) {
            var readAt = held.readAt().get();
            if (readAt + STALE.toMillis() < now.toEpochMilli()
                    && held.readAt().compareAndSet(readAt, now.toEpochMilli())) {
                merge.accept(held.value(), read.apply(key));
            }
        }
        return held.value();
    }

    /** @param readAt when it was read last, milliseconds since the epoch */
    private record Held<V>(V value, AtomicLong readAt) {}
}
