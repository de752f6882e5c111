package dev.countersign.key;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Ed25519 keys between their 32 raw bytes (RFC 8032) and the JCA (RFC 8410 wrappings). */
public final class Ed25519 {
    /** Bytes of a public key and of a private seed. */
    public static final int KEY_BYTES = 32;

    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PRIVATE_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private Ed25519() {}

    /** The JCA key for 32 raw bytes. Throws {@link IllegalArgumentException} when they are no key. */
    public static PublicKey publicKey(byte[] raw) {
        try {
            return factory().generatePublic(new X509EncodedKeySpec(wrap(PUBLIC_PREFIX, raw)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not an Ed25519 public key", e);
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
