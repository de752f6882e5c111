package dev.countersign.transaction;

import dev.countersign.key.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What an authenticator signs: bound to the transaction's bytes and to one asking. */
final class Challenge {
    /** Bytes of the nonce. */
    static final int NONCE_BYTES = 32;

    private static final byte[] DOMAIN = "countersign/approval/v1\n".getBytes(StandardCharsets.UTF_8);

    private Challenge() {}

    /** {@code SHA-256(domain tag ‖ nonce ‖ SHA-256(canonical))}. */
    static byte[] of(byte[] nonce, TransactionHash hash) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("A nonce has " + NONCE_BYTES + " bytes");
        }
        return Sha256.of(DOMAIN, nonce, HexFormat.of().parseHex(hash.hex()));
    }
}
