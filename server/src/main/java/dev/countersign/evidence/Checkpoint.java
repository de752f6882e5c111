package dev.countersign.evidence;

import dev.countersign.key.Ed25519;
import dev.countersign.key.Ed25519Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/** A signed statement of the log's size and root: C2SP tlog-checkpoint, a signed note with an Ed25519 signature. */
public record Checkpoint(String origin, long size, byte[] root, String note) {
    /** Longest note that is read, characters. */
    public static final int MAX_NOTE = 16_384;

    private static final byte ED25519 = 1; // signed-note signature type

    /** Signs the tree head. {@code origin} is also the key's name. */
    public static Checkpoint sign(String origin, long size, byte[] root, Ed25519Key key) {
        var text = origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
        var signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
        var id = keyId(origin, key.publicKey());
        var blob = ByteBuffer.allocate(id.length + signature.length)
                .put(id)
                .put(signature)
                .array();
        var note = text + "\n— " + origin + " " + Base64.getEncoder().encodeToString(blob) + "\n";
        return new Checkpoint(origin, size, root, note);
    }

    /** The verifier key as signed-note writes it: {@code name+hex(key id)+base64(type ‖ key)}. */
    public static String verifierKey(String origin, byte[] publicKey) {
        var typed = ByteBuffer.allocate(1 + publicKey.length)
                .put(ED25519)
                .put(publicKey)
                .array();
        return origin + "+" + java.util.HexFormat.of().formatHex(keyId(origin, publicKey)) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    /**
     * Reads a note and checks its signature under {@code verifierKey}. Throws {@link IllegalArgumentException} with what
     * is wrong; other signatures (witnesses) are passed over, as signed-note says.
     */
    public static Checkpoint verify(String note, String verifierKey) {
        if (note.length() > MAX_NOTE) {
            throw new IllegalArgumentException("The checkpoint is longer than " + MAX_NOTE + " characters");
        }
        var end = note.indexOf("\n\n");
        if (end < 0) {
            throw new IllegalArgumentException("The checkpoint has no signature");
        }
        var text = note.substring(0, end + 1);
        var key = Verifier.parse(verifierKey);
        if (!isSigned(text, note.substring(end + 2), key)) {
            throw new IllegalArgumentException("No good signature of " + key.name() + " on the checkpoint");
        }
        var lines = text.split("\n", -1);
        if (lines.length < 4 || !lines[0].equals(key.name()) || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("The checkpoint is malformed");
        }
        return new Checkpoint(
                lines[0], Long.parseLong(lines[1]), Base64.getDecoder().decode(lines[2]), note);
    }

    private static boolean isSigned(String text, String signatures, Verifier key) {
        for (var line : signatures.split("\n", -1)) {
            var prefix = "— " + key.name() + " ";
            if (!line.startsWith(prefix)) {
                continue;
            }
            byte[] blob;
            try {
                blob = Base64.getDecoder().decode(line.substring(prefix.length()));
            } catch (IllegalArgumentException e) {
                continue; // a malformed line signs nothing
            }
            if (blob.length == 68
                    && MessageDigest.isEqual(Arrays.copyOf(blob, 4), key.id())
                    && verifies(key.publicKey(), text, Arrays.copyOfRange(blob, 4, 68))) {
                return true;
            }
        }
        return false;
    }

    private static boolean verifies(PublicKey key, String text, byte[] signature) {
        try {
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(text.getBytes(StandardCharsets.UTF_8));
            return ed25519.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] keyId(String name, byte[] publicKey) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) '\n');
            sha256.update(ED25519);
            return Arrays.copyOf(sha256.digest(publicKey), 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Verifier(String name, byte[] id, PublicKey publicKey) {
        static Verifier parse(String verifierKey) {
            var parts = verifierKey.split("\\+", 3);
            if (parts.length != 3) {
                throw new IllegalArgumentException("The verifier key is malformed");
            }
            var typed = Base64.getDecoder().decode(parts[2]);
            if (typed.length != 33 || typed[0] != ED25519) {
                throw new IllegalArgumentException("The verifier key is not Ed25519");
            }
            var raw = Arrays.copyOfRange(typed, 1, 33);
            return new Verifier(parts[0], keyId(parts[0], raw), Ed25519.publicKey(raw));
        }
    }
}
