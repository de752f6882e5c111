package dev.countersign.dbsc;

import dev.countersign.key.RandomIds;
import dev.countersign.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Values that only we can make, each for one purpose and session, for a short time. They are authenticated and not stored, so
 * asking for many costs nothing; who spends one remembers that.
 */
final class Challenges {
    /** How long a browser may take to answer: it makes a key, or asks its security chip, in between. */
    static final Duration LIFE = Duration.ofMinutes(2);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SALT_BYTES = 16;
    private static final int MAC_BYTES = 32;
    private static final int BYTES = Long.BYTES + SALT_BYTES + MAC_BYTES;

    /** Characters of each. */
    static final int LENGTH = (BYTES * 4 + 2) / 3;

    private final SecretKeySpec secret;
    private final InstantSource clock;
    private final RandomIds random;

    /** @param secret the same on all nodes */
    Challenges(byte[] secret, InstantSource clock, RandomIds random) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
        this.clock = clock;
        this.random = random;
    }

    /** What a value is for. */
    enum Purpose {
        /** Signed by the key that is registered. */
        REGISTRATION,
        /** Shows that the registration comes from the browser that got the answer to the login. */
        AUTHORIZATION,
        /** Signed again by the registered key. */
        REFRESH
    }

    String mint(Purpose purpose, SessionId session) {
        var value = ByteBuffer.allocate(BYTES)
                .putLong(clock.instant().plus(LIFE).toEpochMilli())
                .put(random.bytes(SALT_BYTES));
        value.put(mac(purpose, session, value.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value.array());
    }

    /** True when {@code value} was minted for {@code purpose} and {@code session} and is not too old. */
    boolean isGood(String value, Purpose purpose, SessionId session) {
        if (value.length() != LENGTH) {
            return false;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            return false;
        }
        var claimed = new byte[MAC_BYTES];
        ByteBuffer.wrap(bytes).position(Long.BYTES + SALT_BYTES).get(claimed);
        return MessageDigest.isEqual(claimed, mac(purpose, session, bytes))
                && clock.millis() < ByteBuffer.wrap(bytes).getLong();
    }

    private byte[] mac(Purpose purpose, SessionId session, byte[] value) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update((purpose.name() + '\n' + session.value() + '\n').getBytes(StandardCharsets.US_ASCII));
            mac.update(value, 0, Long.BYTES + SALT_BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
