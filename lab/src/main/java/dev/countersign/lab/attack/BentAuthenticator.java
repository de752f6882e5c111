package dev.countersign.lab.attack;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A WebAuthn authenticator that signs whatever it is told to: for another origin or relying party, without verifying the
 * user, over another challenge, with a counter that goes backwards. A real one does none of this.
 */
final class BentAuthenticator {
    private static final HexFormat HEX = HexFormat.of();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int PRESENT = 0x01;
    private static final int VERIFIED = 0x04;
    private static final int ATTESTED = 0x40;

    String origin;
    String rpId;
    boolean verifiesUser = true;
    int counter;

    @Nullable
    String challenge;

    private final byte[] id = new byte[32];
    private final KeyPair keys;

    BentAuthenticator(String origin, String rpId) throws GeneralSecurityException {
        this.origin = origin;
        this.rpId = rpId;
        new SecureRandom().nextBytes(id);
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
    }

    /** RegistrationResponseJSON, attestation {@code none}. */
    JsonNode create(JsonNode publicKey) throws GeneralSecurityException {
        var point = ((ECPublicKey) keys.getPublic()).getW();
        var data = new ByteArrayOutputStream();
        data.writeBytes(authenticatorData(ATTESTED));
        data.writeBytes(new byte[16]); // AAGUID
        data.writeBytes(new byte[] {0, (byte) id.length});
        data.writeBytes(id);
        data.writeBytes(HEX.parseHex("a5010203262001215820")); // COSE: EC2, ES256, P-256, x
        data.writeBytes(coordinate(point.getAffineX()));
        data.writeBytes(HEX.parseHex("225820")); // y
        data.writeBytes(coordinate(point.getAffineY()));
        var object = new ByteArrayOutputStream();
        object.writeBytes(HEX.parseHex("a363666d74646e6f6e656761747453746d74a068617574684461746158"));
        object.write(data.size());
        object.writeBytes(data.toByteArray());
        var answer = JSON.createObjectNode()
                .put("id", base64(id))
                .put("rawId", base64(id))
                .put("type", "public-key");
        answer.putObject("response")
                .put("clientDataJSON", base64(clientData("webauthn.create", publicKey)))
                .put("attestationObject", base64(object.toByteArray()));
        return answer;
    }

    /** AuthenticationResponseJSON. */
    JsonNode get(JsonNode publicKey) throws GeneralSecurityException {
        counter++;
        var data = authenticatorData(0);
        var client = clientData("webauthn.get", publicKey);
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(data);
        signer.update(sha256(client));
        var answer = JSON.createObjectNode()
                .put("id", base64(id))
                .put("rawId", base64(id))
                .put("type", "public-key");
        answer.putObject("response")
                .put("clientDataJSON", base64(client))
                .put("authenticatorData", base64(data))
                .put("signature", base64(signer.sign()));
        return answer;
    }

    private byte[] authenticatorData(int flags) throws GeneralSecurityException {
        return ByteBuffer.allocate(37)
                .put(sha256(rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) (flags | PRESENT | (verifiesUser ? VERIFIED : 0)))
                .putInt(counter)
                .array();
    }

    private byte[] clientData(String type, JsonNode publicKey) {
        return JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("type", type)
                .put(
                        "challenge",
                        challenge == null ? publicKey.path("challenge").stringValue() : challenge)
                .put("origin", origin)
                .put("crossOrigin", false));
    }

    private static byte[] coordinate(BigInteger value) {
        return HEX.parseHex(String.format(Locale.ROOT, "%064x", value));
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
