package dev.countersign.key;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/** New names for things: a prefix and 128 random bits in base64url. */
public final class RandomIds {
    private static final int ID_BYTES = 16;
    private static final int TIME_BYTES = 6;
    private static final int TIME_SHIFT = 16;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;

    public RandomIds(SecureRandom random) {
        this.random = random;
    }

    /** {@code prefix} (may be empty) and 22 characters. */
    public String next(String prefix) {
        return prefix + BASE64URL.encodeToString(bytes(ID_BYTES));
    }

    /**
     * As {@link #next(String)}, in the order of time: 48 bits of Unix milliseconds, as a UUID of version 7 begins (RFC 9562
     * §5.7), and 80 random bits.
     */
    public String next(String prefix, Instant at) {
        var bytes = ByteBuffer.allocate(ID_BYTES);
        bytes.putLong(at.toEpochMilli() << TIME_SHIFT).position(TIME_BYTES).put(bytes(ID_BYTES - TIME_BYTES));
        return prefix + BASE64URL.encodeToString(bytes.array());
    }

    /** When an id was made by {@link #next(String, Instant)}, to the millisecond. Throws {@link IllegalArgumentException}. */
    public static Instant timeOf(String prefix, String id) {
        if (!id.startsWith(prefix)) {
            throw new IllegalArgumentException("not an id that begins with " + prefix);
        }
        var bytes = Base64.getUrlDecoder().decode(id.substring(prefix.length()));
        if (bytes.length != ID_BYTES) {
            throw new IllegalArgumentException("not an id");
        }
        return Instant.ofEpochMilli(ByteBuffer.wrap(bytes).getLong() >>> TIME_SHIFT);
    }

    /** Random bytes for nonces and challenges. */
    public byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
