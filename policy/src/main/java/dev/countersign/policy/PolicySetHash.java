package dev.countersign.policy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Content hash of a policy set: {@code sha256:} and 64 hex digits over the names and bytes of its files. */
public record PolicySetHash(String value) {
    static PolicySetHash of(Map<String, String> files) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            for (var file : new TreeMap<>(files).entrySet()) {
                update(sha256, file.getKey());
                update(sha256, file.getValue());
            }
            return new PolicySetHash("sha256:" + HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With its length before it, so that no two sets run together alike. */
    private static void update(MessageDigest digest, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    @Override
    public String toString() {
        return value;
    }
}
