package dev.countersign.cli.offline;

import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps something under a passphrase: Argon2id (RFC 9106) makes a key of it, AES-256-GCM (NIST SP 800-38D) encrypts. A new salt each time,
 * so no key is ever used twice.
 *
 * @param iterations passes over the memory
 * @param memory KiB
 * @param lanes parallelism
 */
record PassphraseSeal(int iterations, int memory, int lanes) {
    /** RFC 9106 §4, the second recommended option: 64 MiB, which any machine has. */
    static final PassphraseSeal STANDARD = new PassphraseSeal(3, 64 * 1024, 4);

    /** Most passes, KiB and lanes that are taken from a file: what opening it may cost. */
    static final PassphraseSeal MOST = new PassphraseSeal(64, 1024 * 1024, 64);

    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** {@code content} under {@code passphrase}. */
    ObjectNode seal(byte[] content, String passphrase, SecureRandom random) {
        var salt = bytes(SALT_BYTES, random);
        var nonce = bytes(NONCE_BYTES, random);
        var encoder = Base64.getUrlEncoder().withoutPadding();
        try {
            return Json.MAPPER
                    .createObjectNode()
                    .put("kdf", "argon2id")
                    .put("iterations", iterations)
                    .put("memory_kib", memory)
                    .put("lanes", lanes)
                    .put("salt", encoder.encodeToString(salt))
                    .put("cipher", "A256GCM")
                    .put("nonce", encoder.encodeToString(nonce))
                    .put(
                            "sealed",
                            encoder.encodeToString(crypt(Cipher.ENCRYPT_MODE, passphrase, salt, nonce, content)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no AES-GCM", e);
        }
    }

    /** What was sealed. Throws {@link ServerRefusal} for another passphrase and for what was changed. */
    static byte[] open(JsonNode json, String passphrase) {
        var decoder = Base64.getUrlDecoder();
        var seal = new PassphraseSeal(
                json.path("iterations").asInt(0),
                json.path("memory_kib").asInt(0),
                json.path("lanes").asInt(0));
        if (!json.path("kdf").asString("").equals("argon2id")
                || !json.path("cipher").asString("").equals("A256GCM")
                || !seal.isWithin(MOST)) {
            throw new ServerRefusal("The key is kept in a way that this signer does not know");
        }
        try {
            var nonce = decoder.decode(json.path("nonce").asString(""));
            var salt = decoder.decode(json.path("salt").asString(""));
            if (nonce.length != NONCE_BYTES || salt.length != SALT_BYTES) {
                throw new ServerRefusal("The key is kept in a way that this signer does not know");
            }
            return seal.crypt(
                    Cipher.DECRYPT_MODE,
                    passphrase,
                    salt,
                    nonce,
                    decoder.decode(json.path("sealed").asString("")));
        } catch (AEADBadTagException e) {
            throw new ServerRefusal("The passphrase is another one, or the file was changed");
        } catch (GeneralSecurityException e) {
            throw new ServerRefusal("The key cannot be opened");
        }
    }

    private boolean isWithin(PassphraseSeal most) {
        return iterations >= 1
                && iterations <= most.iterations
                && lanes >= 1
                && lanes <= most.lanes
                && memory >= 8 * lanes // RFC 9106 §3.1
                && memory <= most.memory;
    }

    private byte[] crypt(int mode, String passphrase, byte[] salt, byte[] nonce, byte[] content)
            throws GeneralSecurityException {
        var key = key(passphrase, salt);
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(content);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] key(String passphrase, byte[] salt) {
        var argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withIterations(iterations)
                .withMemoryAsKB(memory)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        var key = new byte[KEY_BYTES];
        argon2.generateBytes(passphrase.getBytes(StandardCharsets.UTF_8), key);
        return key;
    }

    private static byte[] bytes(int count, SecureRandom random) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
