package dev.countersign.cli.offline;

import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import dev.countersign.offline.Crockford;
import dev.countersign.offline.OfflineKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The key of the signer. */
sealed interface DeviceKey {
    /** Bytes of an OCRA secret. */
    int SECRET_BYTES = 32;

    /** Digits of the fingerprint that are shown: those that the server asks a second person for. */
    int SHOWN_DIGITS = 20;

    /** The code that answers {@code challenge}. */
    String answer(byte[] challenge);

    /** The code that proves to the server that this device has the key. */
    String proof(byte[] challenge);

    /** What a second person compares, hex. */
    String fingerprint();

    /** As it is kept. */
    ObjectNode json();

    /** The beginning of the fingerprint, as people read it out. */
    default String shownFingerprint() {
        return fingerprint().substring(0, SHOWN_DIGITS).replaceAll("(.{4})(?=.)", "$1 ");
    }

    static DeviceKey generate() {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            var encoded = pair.getPublic().getEncoded();
            return new Ed25519Key(pair.getPrivate(), Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK makes no Ed25519 keys", e);
        }
    }

    /** @param secret as the server showed it, once */
    static DeviceKey ofSecret(String secret) {
        try {
            return new OcraSecret(Crockford.read(secret, SECRET_BYTES));
        } catch (IllegalArgumentException e) {
            throw new ServerRefusal("The secret: " + e.getMessage());
        }
    }

    /** As {@link #json} writes it. Throws {@link IllegalArgumentException} too. */
    static DeviceKey read(JsonNode json) throws GeneralSecurityException {
        var decoder = Base64.getUrlDecoder();
        if (json.has("ocra_secret")) {
            return new OcraSecret(decoder.decode(json.path("ocra_secret").asString("")));
        }
        var factory = KeyFactory.getInstance("Ed25519");
        return new Ed25519Key(
                factory.generatePrivate(new PKCS8EncodedKeySpec(
                        decoder.decode(json.path("pkcs8").asString("")))),
                decoder.decode(json.path("public_key").asString("")));
    }

    /** Signs (RFC 8032). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Ed25519Key(PrivateKey key, byte[] publicKey) implements DeviceKey {
        @Override
        public String answer(byte[] challenge) {
            return Crockford.write(signature(challenge));
        }

        @Override
        public String proof(byte[] challenge) {
            var signature = signature(challenge);
            var both = Arrays.copyOf(publicKey, publicKey.length + signature.length);
            System.arraycopy(signature, 0, both, publicKey.length, signature.length);
            return Crockford.write(both);
        }

        @Override
        public String fingerprint() {
            return OfflineKeys.fingerprint(publicKey);
        }

        byte[] signature(byte[] challenge) {
            try {
                var ed25519 = Signature.getInstance("Ed25519");
                ed25519.initSign(key);
                ed25519.update(challenge);
                return ed25519.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("The challenge could not be signed", e);
            }
        }

        @Override
        public ObjectNode json() {
            var encoder = Base64.getUrlEncoder().withoutPadding();
            return Json.MAPPER
                    .createObjectNode()
                    .put("pkcs8", encoder.encodeToString(key.getEncoded()))
                    .put("public_key", encoder.encodeToString(publicKey));
        }
    }

    /** Answers (RFC 6287). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record OcraSecret(byte[] secret) implements DeviceKey {
        @Override
        public String answer(byte[] challenge) {
            return OfflineKeys.ocra(secret, challenge);
        }

        @Override
        public String proof(byte[] challenge) {
            return answer(challenge);
        }

        @Override
        public String fingerprint() {
            return OfflineKeys.fingerprintOfSecret(secret);
        }

        @Override
        public ObjectNode json() {
            return Json.MAPPER
                    .createObjectNode()
                    .put("ocra_secret", Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        }
    }
}
