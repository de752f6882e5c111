package dev.countersign.webauthn;

import dev.countersign.http.Json;
import java.io.ByteArrayOutputStream;
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
import tools.jackson.databind.JsonNode;

/** A browser and its ES256 authenticator in one, written from WebAuthn L3 §6.1 and §6.5; can be told to misbehave. */
final class EmulatedAuthenticator {
    private static final HexFormat HEX = HexFormat.of();

    String origin = "http://localhost:8400";
    String rpId = "localhost";
    boolean verifiesUser = true;
    int counter = 0;

    /** False for a passkey that is synchronised between devices: its counter stays 0 (WebAuthn L3 §6.1.1). */
    boolean counts = true;

    final byte[] id = new byte[32];
    private final KeyPair keys;

    EmulatedAuthenticator() throws GeneralSecurityException {
        new SecureRandom().nextBytes(id);
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
    }

    JsonNode create(JsonNode options) throws GeneralSecurityException {
        var point = ((ECPublicKey) keys.getPublic()).getW();
        var out = new ByteArrayOutputStream();
        out.writeBytes(authenticatorData(0x40));
        out.writeBytes(new byte[16]);
        out.writeBytes(new byte[] {0, 32});
        out.writeBytes(id);
        out.writeBytes(HEX.parseHex("a5010203262001215820"));
        out.writeBytes(coordinate(point.getAffineX()));
        out.writeBytes(HEX.parseHex("225820"));
        out.writeBytes(coordinate(point.getAffineY()));
        var data = out.toByteArray();
        var object = new ByteArrayOutputStream();
        object.writeBytes(HEX.parseHex("a363666d74646e6f6e656761747453746d74a068617574684461746158"));
        object.write(data.length);
        object.writeBytes(data);
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", b64(id))
                .put("rawId", b64(id))
                .put("type", "public-key");
        json.putObject("response")
                .put("clientDataJSON", b64(clientData("webauthn.create", options)))
                .put("attestationObject", b64(object.toByteArray()));
        return json;
    }

    JsonNode get(JsonNode options) throws GeneralSecurityException {
        counter += counts ? 1 : 0;
        var data = authenticatorData(0);
        var client = clientData("webauthn.get", options);
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(data);
        signer.update(sha256(client));
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", b64(id))
                .put("rawId", b64(id))
                .put("type", "public-key");
        json.putObject("response")
                .put("clientDataJSON", b64(client))
                .put("authenticatorData", b64(data))
                .put("signature", b64(signer.sign()));
        return json;
    }

    private byte[] authenticatorData(int flags) throws GeneralSecurityException {
        return ByteBuffer.allocate(37)
                .put(sha256(rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) (flags | 1 | (verifiesUser ? 4 : 0)))
                .putInt(counter)
                .array();
    }

    private byte[] clientData(String type, JsonNode options) {
        return Json.MAPPER.writeValueAsBytes(Json.MAPPER
                .createObjectNode()
                .put("type", type)
                .put("challenge", options.get("challenge").stringValue())
                .put("origin", origin)
                .put("crossOrigin", false));
    }

    private static byte[] coordinate(java.math.BigInteger value) {
        var hex = String.format("%064x", value);
        return HEX.parseHex(hex);
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static String b64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
