package dev.countersign.evidence;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The roots of the complete subtrees of a growing tree: enough to know its root at every size. Not thread-safe. */
final class CompactRange {
    private final Merkle merkle = new Merkle();
    private final byte[] @Nullable [] roots; // by height; null where the size has a 0 bit
    private final Completed completed;
    private long size;

    /** The empty tree; {@code completed} hears of every subtree of more than one leaf as it fills. */
    CompactRange(Completed completed) {
        this.roots = new byte[Long.SIZE][];
        this.completed = completed;
    }

    private CompactRange(CompactRange other) {
        this.roots = Arrays.copyOf(other.roots, other.roots.length);
        this.completed = (height, index, hash) -> {};
        this.size = other.size;
    }

    /** The same tree so far, growing on its own and telling nobody. */
    CompactRange branch() {
        return new CompactRange(this);
    }

    /** Adds the next leaf's hash. */
    void append(byte[] leafHash) {
        var hash = leafHash;
        var height = 0;
        for (var left = roots[0]; left != null; left = roots[height]) {
            hash = merkle.node(left, hash);
            roots[height] = null;
            height++;
            completed.subtree(height, size >> height, hash);
        }
        roots[height] = hash;
        size++;
    }

    /** Leaves so far. */
    long size() {
        return size;
    }

    /** The tree's root (RFC 6962 §2.1). */
    byte[] root() {
        byte[] hash = null;
        for (var root : roots) {
            if (root != null) {
                hash = hash == null ? root : merkle.node(root, hash);
            }
        }
        return hash == null ? merkle.empty() : hash.clone();
    }

    /** Hears of subtrees as they fill. */
    interface Completed {
        /** The {@code index}-th subtree of 2^{@code height} leaves is complete. */
        void subtree(int height, long index, byte[] hash);
    }
}
