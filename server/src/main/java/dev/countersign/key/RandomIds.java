package dev.countersign.key;

import java.security.SecureRandom;
import java.util.Base64;

/** New names for things: a prefix and 128 random bits in base64url. */
public final class RandomIds {
    private static final int ID_BYTES = 16;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;

    public RandomIds(SecureRandom random) {
        this.random = random;
    }

    /** {@code prefix} (may be empty) and 22 characters. */
    public String next(String prefix) {
        return prefix + BASE64URL.encodeToString(bytes(ID_BYTES));
    }

    /** Random bytes for nonces and challenges. */
    public byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
