package dev.countersign.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree as C2SP tlog-tiles store it: level L holds the roots of the complete subtrees of 256^L leaves, 256 hashes a
 * tile. Every node of the tree, its root at any size and its proofs follow from them.
 */
public final class Tiles {
    /** Hashes of a full tile. */
    public static final int WIDTH = 256;

    private final Source source;
    private final Merkle merkle = new Merkle();

    Tiles(Source source) {
        this.source = source;
    }

    /** The root of the tree of the first {@code size} leaves. */
    byte[] root(long size) {
        return size == 0 ? merkle.empty() : range(0, size);
    }

    /** RFC 6962 §2.1.1: the audit path of leaf {@code index} in the tree of {@code size} leaves. */
    List<byte[]> inclusion(long index, long size) {
        var path = new ArrayList<byte[]>();
        inclusion(index, 0, size, path);
        return path;
    }

    /** RFC 6962 §2.1.2: that the tree of {@code from} leaves is a prefix of the one of {@code to}. */
    List<byte[]> consistency(long from, long to) {
        var path = new ArrayList<byte[]>();
        if (from > 0 && from < to) {
            consistency(from, 0, to, true, path);
        }
        return path;
    }

    private void inclusion(long index, long low, long high, List<byte[]> path) {
        if (high - low == 1) {
            return;
        }
        var middle = low + Merkle.split(high - low);
        if (index < middle) {
            inclusion(index, low, middle, path);
            path.add(range(middle, high));
        } else {
            inclusion(index, middle, high, path);
            path.add(range(low, middle));
        }
    }

    private void consistency(long from, long low, long high, boolean known, List<byte[]> path) {
        if (from == high - low) {
            if (!known) {
                path.add(range(low, high));
            }
            return;
        }
        var half = Merkle.split(high - low);
        if (from <= half) {
            consistency(from, low, low + half, known, path);
            path.add(range(low + half, high));
        } else {
            consistency(from - half, low + half, high, false, path);
            path.add(range(low, low + half));
        }
    }

    /** The root over leaves [low, high), where low is a multiple of the next power of two. */
    private byte[] range(long low, long high) {
        var count = high - low;
        if (Long.bitCount(count) == 1) {
            return complete(Long.numberOfTrailingZeros(count), low / count);
        }
        var half = Merkle.split(count);
        return merkle.node(range(low, low + half), range(low + half, high));
    }

    /** The root of the {@code index}-th complete subtree of 2^height leaves. */
    private byte[] complete(int height, long index) {
        var level = height / 8;
        var below = height % 8; // this many levels inside the tile
        var first = index << below;
        var tile = source.tile(level, first / WIDTH);
        var offset = Math.toIntExact(first % WIDTH);
        var end = (offset + (1 << below)) * Merkle.HASH_BYTES;
        if (tile == null || tile.length < end) {
            throw new IllegalStateException("Tile " + level + "/" + first / WIDTH + " is missing or too short");
        }
        return fold(merkle, tile, offset, 1 << below);
    }

    /** The root over {@code count} (a power of two) hashes of a tile. */
    static byte[] fold(Merkle merkle, byte[] tile, int offset, int count) {
        if (count == 1) {
            return Arrays.copyOfRange(tile, offset * Merkle.HASH_BYTES, (offset + 1) * Merkle.HASH_BYTES);
        }
        var half = count / 2;
        return merkle.node(fold(merkle, tile, offset, half), fold(merkle, tile, offset + half, half));
    }

    /** Where tiles are. */
    public interface Source {
        /** The hashes of tile {@code index} of {@code level}, or null. */
        byte @Nullable [] tile(int level, long index);
    }
}
