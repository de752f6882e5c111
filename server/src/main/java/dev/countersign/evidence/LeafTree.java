package dev.countersign.evidence;

import java.util.ArrayList;
import java.util.List;

/** A Merkle tree (RFC 9162 §2.1) of leaves that fit in memory. {@link Proofs#isIncluded} verifies its paths. */
public final class LeafTree {
    private final Merkle merkle = new Merkle();
    private final List<byte[]> hashes;

    public LeafTree(List<byte[]> leaves) {
        hashes = leaves.stream().map(merkle::leaf).toList();
    }

    public int size() {
        return hashes.size();
    }

    /** 32 bytes. */
    public byte[] root() {
        return hashes.isEmpty() ? merkle.empty() : root(hashes);
    }

    /** The hash of leaf {@code index}, from 0. */
    public byte[] leafHash(int index) {
        return hashes.get(index).clone();
    }

    /** The inclusion path of leaf {@code index}, from 0, lowest sibling first (RFC 9162 §2.1.3.1). */
    public List<byte[]> path(int index) {
        var path = new ArrayList<byte[]>();
        collect(hashes, index, path);
        return path;
    }

    private byte[] root(List<byte[]> part) {
        if (part.size() == 1) {
            return part.getFirst();
        }
        var split = Math.toIntExact(Merkle.split(part.size()));
        return merkle.node(root(part.subList(0, split)), root(part.subList(split, part.size())));
    }

    private void collect(List<byte[]> part, int index, List<byte[]> path) {
        if (part.size() == 1) {
            return;
        }
        var split = Math.toIntExact(Merkle.split(part.size()));
        if (index < split) {
            collect(part.subList(0, split), index, path);
            path.add(root(part.subList(split, part.size())));
        } else {
            collect(part.subList(split, part.size()), index - split, path);
            path.add(root(part.subList(0, split)));
        }
    }
}
