package dev.countersign.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Values that many sessions share (issuers, clients, user agents, sets of groups), each kept once and known by a number.
 * Bounded: what comes after the last number is for the caller to keep itself.
 */
final class Vocabulary<T> {
    private final Map<T, Integer> numbers = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable T> values;
    private int next;

    /** @param most values kept */
    Vocabulary(int most) {
        values = new AtomicReferenceArray<>(most);
    }

    /** The number of {@code value}, 0 upwards; −1 when there is no room for it. */
    int number(T value) {
        var known = numbers.get(value);
        return known == null ? add(value) : known;
    }

    private synchronized int add(T value) {
        var known = numbers.get(value);
        if (known != null) {
            return known;
        }
        if (next == values.length()) {
            return -1;
        }
        values.set(next, value); // before its number can be seen
        numbers.put(value, next);
        return next++;
    }

    /** What {@link #number} numbered so. */
    T value(int number) {
        var value = values.get(number);
        if (value == null) {
            throw new IllegalStateException("No such value");
        }
        return value;
    }
}
