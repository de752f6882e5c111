package dev.countersign.lab.keycloak;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A person's one-time-code app (RFC 6238, SHA-1, 6 digits, 30 s). Keycloak takes each code once, also the next one. */
final class OneTimeCodes {
    private static final int STEP_SECONDS = 30;

    private final SecretKeySpec secret;
    private long lastStep;

    OneTimeCodes(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA1");
    }

    /** A code that was not used yet; waits when this step's and the next one's were. */
    String next() throws InterruptedException {
        var step = Math.max(step(), lastStep + 1);
        while (step > step() + 1) {
            Thread.sleep(200);
        }
        lastStep = step;
        return code(step);
    }

    private static long step() {
        return Instant.now().getEpochSecond() / STEP_SECONDS;
    }

    private String code(long step) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(secret);
            var hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            var number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & Integer.MAX_VALUE;
            return "%06d".formatted(number % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
