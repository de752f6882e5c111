package dev.countersign.evidence;

import java.util.Arrays;
import java.util.List;

/** Verifies proofs without the tree (RFC 9162 §2.1.3.2 and §2.1.4.2). */
public final class Proofs {
    private Proofs() {}

    /** True when the leaf with {@code leafHash} is entry {@code index} of the tree of {@code size} with {@code root}. */
    public static boolean isIncluded(byte[] leafHash, long index, long size, byte[] root, List<byte[]> path) {
        if (index < 0 || index >= size || badHash(leafHash) || path.stream().anyMatch(Proofs::badHash)) {
            return false;
        }
        var merkle = new Merkle();
        var fn = index;
        var sn = size - 1;
        var hash = leafHash;
        for (var sibling : path) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                hash = merkle.node(sibling, hash);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = merkle.node(hash, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(hash, root);
    }

    /** True when the tree of {@code from} with {@code fromRoot} is a prefix of the one of {@code to} with {@code toRoot}. */
    public static boolean isConsistent(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> path) {
        if (from < 0 || from > to || path.stream().anyMatch(Proofs::badHash)) {
            return false;
        }
        if (from == to) {
            return path.isEmpty() && Arrays.equals(fromRoot, toRoot);
        }
        if (from == 0 || path.isEmpty()) {
            return false; // nothing follows from the empty tree, and two sizes need a path
        }
        return foldConsistency(from, fromRoot, to, toRoot, path);
    }

    private static boolean foldConsistency(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> path) {
        var merkle = new Merkle();
        var fn = from - 1;
        var sn = to - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        var powerOfTwo = Long.bitCount(from) == 1;
        var first = powerOfTwo ? fromRoot : path.getFirst();
        var old = first;
        var current = first;
        for (var sibling : powerOfTwo ? path : path.subList(1, path.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                old = merkle.node(sibling, old);
                current = merkle.node(sibling, current);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                current = merkle.node(current, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(old, fromRoot) && Arrays.equals(current, toRoot);
    }

    private static boolean badHash(byte[] hash) {
        return hash.length != Merkle.HASH_BYTES;
    }
}
