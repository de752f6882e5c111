package dev.countersign.evidence;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** The roots of the complete subtrees of a growing tree: enough to know its root at every size. */
final class CompactRange {
    private final Merkle merkle = new Merkle();
    private final Deque<byte[]> roots = new ArrayDeque<>(); // largest subtree first
    private long size;

    /** Adds the next leaf's hash. */
    void append(byte[] leafHash) {
        var hash = leafHash;
        for (var bits = size; (bits & 1) == 1; bits >>= 1) {
            hash = merkle.node(roots.removeLast(), hash);
        }
        roots.addLast(hash);
        size++;
    }

    /** Leaves so far. */
    long size() {
        return size;
    }

    /** The tree's root (RFC 6962 §2.1). */
    byte[] root() {
        if (roots.isEmpty()) {
            return merkle.empty();
        }
        var from = roots.descendingIterator();
        var hash = from.next();
        while (from.hasNext()) {
            hash = merkle.node(from.next(), hash);
        }
        return Arrays.copyOf(hash, hash.length);
    }
}
