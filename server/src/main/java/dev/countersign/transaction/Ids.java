package dev.countersign.transaction;

import java.security.SecureRandom;
import java.util.Base64;

/** New names for things: a prefix and 128 random bits. */
final class Ids {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;

    Ids(SecureRandom random) {
        this.random = random;
    }

    String next(String prefix) {
        return prefix + BASE64.encodeToString(bytes(16));
    }

    byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
