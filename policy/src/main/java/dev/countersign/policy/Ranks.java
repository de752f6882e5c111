package dev.countersign.policy;

import static java.util.Comparator.comparingInt;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Several ascending lists of ranks as one without repeats, from a first rank on. For one thread. */
final class Ranks implements PrimitiveIterator.OfInt {
    private static final int END = -1;

    private final PriorityQueue<Cursor> cursors = new PriorityQueue<>(comparingInt(Cursor::current));
    private int next;

    private Ranks() {}

    static PrimitiveIterator.OfInt of(List<int[]> lists, int first) {
        if (lists.size() == 1) {
            var only = lists.getFirst();
            return Arrays.stream(only, start(only, first), only.length).iterator();
        }
        var merged = new Ranks();
        for (var list : lists) {
            var start = start(list, first);
            if (start < list.length) {
                merged.cursors.add(new Cursor(list, start));
            }
        }
        merged.next = merged.pop();
        return merged;
    }

    /** All ranks below {@code count}. */
    static PrimitiveIterator.OfInt all(int count, int first) {
        return IntStream.range(first, count).iterator();
    }

    private static int start(int[] list, int first) {
        var at = Arrays.binarySearch(list, first);
        return at < 0 ? -at - 1 : at;
    }

    private int pop() {
        var first = cursors.poll();
        if (first == null) {
            return END;
        }
        var current = first.current();
        if (++first.at < first.list.length) {
            cursors.add(first);
        }
        return current;
    }

    @Override
    public boolean hasNext() {
        return next != END;
    }

    @Override
    public int nextInt() {
        var current = next;
        if (current == END) {
            throw new NoSuchElementException();
        }
        do {
            next = pop();
        } while (next == current);
        return current;
    }

    /** A place in a list. */
    private static final class Cursor {
        final int[] list;
        int at;

        Cursor(int[] list, int at) {
            this.list = list;
            this.at = at;
        }

        int current() {
            return list[at];
        }
    }
}
