package dev.countersign.key;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/** Ed25519 keys between their 32 raw bytes (RFC 8032) and the JCA (RFC 8410 wrappings). */
public final class Ed25519 {
    /** Bytes of a public key and of a private seed. */
    public static final int KEY_BYTES = 32;

    /** Encodings of the points whose order divides eight, without the sign of x; the order of the others is a prime times that. */
    private static final Set<String> SMALL_ORDER = Set.of(
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

    /** 2^255 - 19. */
    private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PRIVATE_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private Ed25519() {}

    /**
     * The JCA key for 32 raw bytes. Throws {@link IllegalArgumentException} when they are no key, or one under which a
     * signature says nothing: a point of small order, for which one signature verifies for any message, or an encoding that is
     * not the point's own (RFC 8032 §5.1.3). The JDK takes both.
     */
    public static PublicKey publicKey(byte[] raw) {
        requireMeaningful(raw);
        try {
            return factory().generatePublic(new X509EncodedKeySpec(wrap(PUBLIC_PREFIX, raw)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not an Ed25519 public key", e);
        }
    }

    private static void requireMeaningful(byte[] raw) {
        if (raw.length != KEY_BYTES) {
            return; // told below
        }
        var y = raw.clone();
        y[KEY_BYTES - 1] &= 0x7f;
        var bigEndian = new byte[KEY_BYTES];
        for (var i = 0; i < KEY_BYTES; i++) {
            bigEndian[i] = y[KEY_BYTES - 1 - i];
        }
        if (SMALL_ORDER.contains(HexFormat.of().formatHex(y)) || new BigInteger(1, bigEndian).compareTo(PRIME) >= 0) {
            throw new IllegalArgumentException("Not an Ed25519 public key that can sign anything");
        }
    }

    static PrivateKey privateKey(byte[] seed) {
        try {
            return factory().generatePrivate(new PKCS8EncodedKeySpec(wrap(PRIVATE_PREFIX, seed)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not an Ed25519 private key", e);
        }
    }

    /** The raw bytes at the end of a JCA encoding. */
    static byte[] raw(byte[] encoded) {
        return java.util.Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }

    private static KeyFactory factory() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519", "SunEC");
    }

    private static byte[] wrap(byte[] prefix, byte[] raw) {
        if (raw.length != KEY_BYTES) {
            throw new IllegalArgumentException("An Ed25519 key has " + KEY_BYTES + " bytes");
        }
        return ByteBuffer.allocate(prefix.length + raw.length)
                .put(prefix)
                .put(raw)
                .array();
    }
}
