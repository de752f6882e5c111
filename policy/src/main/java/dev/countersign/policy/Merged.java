package dev.countersign.policy;

import static java.util.Comparator.comparing;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Several lists of entities of one type, each in the order of ids, as one without repeats. For one thread. */
final class Merged implements Iterator<EntityUid> {
    private final PriorityQueue<Cursor> cursors = new PriorityQueue<>(comparing(Cursor::current, Members.ORDER));
    private @Nullable EntityUid next;

    private Merged() {}

    /** From the first id after {@code after}, or all for null. */
    static Iterator<EntityUid> of(List<EntityUid[]> lists, @Nullable String after) {
        var merged = new Merged();
        for (var list : lists) {
            var start = after == null ? 0 : start(list, after);
            if (start < list.length) {
                merged.cursors.add(new Cursor(list, start));
            }
        }
        merged.advance();
        return merged;
    }

    private static int start(EntityUid[] list, String after) {
        var low = 0;
        var high = list.length;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (list[middle].id().compareTo(after) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void advance() {
        var previous = next;
        next = pop();
        while (previous != null && Objects.equals(next, previous)) {
            next = pop();
        }
    }

    private @Nullable EntityUid pop() {
        var first = cursors.poll();
        if (first == null) {
            return null;
        }
        var current = first.current();
        if (++first.at < first.list.length) {
            cursors.add(first);
        }
        return current;
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public EntityUid next() {
        var current = next;
        if (current == null) {
            throw new NoSuchElementException();
        }
        advance();
        return current;
    }

    /** A place in a list. */
    private static final class Cursor {
        final EntityUid[] list;
        int at;

        Cursor(EntityUid[] list, int at) {
            this.list = list;
            this.at = at;
        }

        EntityUid current() {
            return list[at];
        }
    }
}
