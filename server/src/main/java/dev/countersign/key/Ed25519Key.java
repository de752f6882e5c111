package dev.countersign.key;

/** An Ed25519 signing key (RFC 8032): deterministic signatures of 64 bytes. */
public interface Ed25519Key {
    /** Its id in {@code jwks.json}. */
    String id();

    /** The public key, 32 bytes as RFC 8032 encodes it. */
    byte[] publicKey();

    /** Signs {@code message}. */
    byte[] sign(byte[] message);
}
