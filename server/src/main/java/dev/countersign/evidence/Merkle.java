package dev.countersign.evidence;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** RFC 6962 §2.1 hashes. Not thread-safe: one per thread. */
final class Merkle {
    /** Bytes of a hash. */
    static final int HASH_BYTES = 32;

    private final MessageDigest sha256;

    Merkle() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The hash of the tree without leaves. */
    byte[] empty() {
        return sha256.digest();
    }

    /** SHA-256(0x00 ‖ leaf). */
    byte[] leaf(byte[] leaf) {
        sha256.update((byte) 0);
        return sha256.digest(leaf);
    }

    /** SHA-256(0x01 ‖ left ‖ right). */
    byte[] node(byte[] left, byte[] right) {
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** The largest power of two below {@code n}, for {@code n} ≥ 2. */
    static long split(long n) {
        return Long.highestOneBit(n - 1);
    }
}
