package dev.countersign.client;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
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
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A WebAuthn authenticator in software, for servers without people and for tests: ES256, attestation {@code none}, user
 * verification always claimed. Its keys live in memory, and where {@link #write} puts them: they are as safe as that, no more.
 *
 * <p>Options and answers have the JSON forms of WebAuthn Level 3 §5.1 ({@code PublicKeyCredentialCreationOptionsJSON},
 * {@code RegistrationResponseJSON}, …). Options may come bare or within {@code {"publicKey": …}}.
 */
public final class SoftwareAuthenticator {
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int CREDENTIAL_INCLUDED = 0x40;
    private static final int COORDINATE_BYTES = 32;
    private static final int CREDENTIAL_ID_BYTES = 32;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;
    private final JsonMapper json = JsonMapper.shared();
    private final List<Key> credentials = new ArrayList<>(); // guarded by this

    public SoftwareAuthenticator(SecureRandom random) {
        this.random = random;
    }

    /**
     * With the keys that {@link #write} gave.
     *
     * @throws IllegalArgumentException when it cannot be read
     */
    public static SoftwareAuthenticator read(String written, SecureRandom random) {
        var authenticator = new SoftwareAuthenticator(random);
        try {
            for (var each : authenticator.json.readTree(written).path("credentials")) {
                var key = ECKey.parse(each.path("key").toString());
                var credential = new Key(
                        Base64.getUrlDecoder().decode(each.path("id").stringValue()),
                        each.path("rp_id").stringValue(),
                        each.path("user_handle").stringValue(),
                        new KeyPair(key.toECPublicKey(), key.toECPrivateKey()));
                credential.counter = each.path("counter").intValue();
                authenticator.credentials.add(credential);
            }
        } catch (JacksonException | ParseException | JOSEException | IllegalArgumentException e) {
            throw new IllegalArgumentException("These are no keys of a software authenticator");
        }
        return authenticator;
    }

    /** Its credentials with their private keys and counters, as JSON: to be kept as a secret, and again after each use. */
    public synchronized String write() {
        var root = json.createObjectNode();
        var list = root.putArray("credentials");
        for (var credential : credentials) {
            var key = new ECKey.Builder(Curve.P_256, (ECPublicKey) credential.key.getPublic())
                    .privateKey((ECPrivateKey) credential.key.getPrivate())
                    .build();
            list.addObject()
                    .put("id", BASE64URL.encodeToString(credential.id))
                    .put("rp_id", credential.rpId)
                    .put("user_handle", credential.userHandle)
                    .put("counter", credential.counter)
                    .set("key", json.readTree(key.toJSONString()));
        }
        return root.toString();
    }

    private static final class Key {
        final byte[] id;
        final String rpId;
        final String userHandle;
        final KeyPair key;
        int counter;

        Key(byte[] id, String rpId, String userHandle, KeyPair key) {
            this.id = id;
            this.rpId = rpId;
            this.userHandle = userHandle;
            this.key = key;
        }
    }

    /**
     * Makes a credential.
     *
     * @param options creation options JSON
     * @param origin of the page that asks, such as {@code https://countersign.example}
     * @return RegistrationResponseJSON
     */
    public synchronized String register(String options, String origin) {
        var asked = publicKey(options);
        var rpId = asked.path("rp").path("id").asString(hostOf(origin));
        var id = new byte[CREDENTIAL_ID_BYTES];
        random.nextBytes(id);
        var credential = new Key(id, rpId, asked.path("user").path("id").stringValue(), newKey());
        var authenticatorData = authenticatorData(credential, attested(credential));
        var response = new LinkedHashMap<String, Object>();
        response.put("clientDataJSON", BASE64URL.encodeToString(clientData("webauthn.create", asked, origin)));
        response.put("attestationObject", BASE64URL.encodeToString(attestationObject(authenticatorData)));
        response.put("authenticatorData", BASE64URL.encodeToString(authenticatorData));
        response.put(
                "publicKey", BASE64URL.encodeToString(credential.key.getPublic().getEncoded()));
        response.put("publicKeyAlgorithm", -7);
        response.put("transports", List.of("internal"));
        credentials.add(credential);
        return answer(credential, response);
    }

    /**
     * Signs a challenge.
     *
     * @param options request options JSON
     * @return AuthenticationResponseJSON
     * @throws IllegalStateException when it has no credential that the options allow
     */
    public synchronized String authenticate(String options, String origin) {
        var asked = publicKey(options);
        var credential = allowed(asked, asked.path("rpId").asString(hostOf(origin)));
        credential.counter++;
        var authenticatorData = authenticatorData(credential, new byte[0]);
        var clientData = clientData("webauthn.get", asked, origin);
        var response = new LinkedHashMap<String, Object>();
        response.put("clientDataJSON", BASE64URL.encodeToString(clientData));
        response.put("authenticatorData", BASE64URL.encodeToString(authenticatorData));
        response.put("signature", BASE64URL.encodeToString(signature(credential, authenticatorData, clientData)));
        response.put("userHandle", credential.userHandle);
        return answer(credential, response);
    }

    private JsonNode publicKey(String options) {
        var tree = json.readTree(options);
        return tree.has("publicKey") ? tree.path("publicKey") : tree;
    }

    private Key allowed(JsonNode asked, String rpId) {
        var list = asked.path("allowCredentials");
        for (var credential : credentials) {
            if (!credential.rpId.equals(rpId)) {
                continue;
            }
            if (list.isEmpty()) {
                return credential;
            }
            for (var each : list) {
                if (each.path("id").asString("").equals(BASE64URL.encodeToString(credential.id))) {
                    return credential;
                }
            }
        }
        throw new IllegalStateException("No credential here is allowed for " + rpId);
    }

    /** WebAuthn §5.8.1.2: this order of members. */
    private byte[] clientData(String type, JsonNode asked, String origin) {
        var data = new LinkedHashMap<String, Object>();
        data.put("type", type);
        data.put("challenge", asked.path("challenge").stringValue());
        data.put("origin", origin);
        data.put("crossOrigin", false);
        return json.writeValueAsBytes(data);
    }

    /** WebAuthn §6.1: hash of the RP id, flags, counter, attested credential data. */
    private static byte[] authenticatorData(Key credential, byte[] attested) {
        var flags = USER_PRESENT | USER_VERIFIED | (attested.length > 0 ? CREDENTIAL_INCLUDED : 0);
        return ByteBuffer.allocate(37 + attested.length)
                .put(sha256(credential.rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .putInt(credential.counter)
                .put(attested)
                .array();
    }

    /** WebAuthn §6.5.1: AAGUID of zeros, id with its length, COSE key. */
    private static byte[] attested(Key credential) {
        var key = coseKey((ECPublicKey) credential.key.getPublic());
        return ByteBuffer.allocate(16 + 2 + credential.id.length + key.length)
                .put(new byte[16])
                .putShort((short) credential.id.length)
                .put(credential.id)
                .put(key)
                .array();
    }

    /** RFC 9053 §7.1.1 in canonical CBOR: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}. */
    private static byte[] coseKey(ECPublicKey key) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, COORDINATE_BYTES});
        out.writeBytes(coordinate(key.getW().getAffineX()));
        out.writeBytes(new byte[] {0x22, 0x58, COORDINATE_BYTES});
        out.writeBytes(coordinate(key.getW().getAffineY()));
        return out.toByteArray();
    }

    /** CBOR {"fmt": "none", "attStmt": {}, "authData": bytes}; authData is shorter than 256 bytes. */
    private static byte[] attestationObject(byte[] authenticatorData) {
        var out = new ByteArrayOutputStream();
        out.write(0xa3);
        text(out, "fmt");
        text(out, "none");
        text(out, "attStmt");
        out.write(0xa0);
        text(out, "authData");
        out.write(0x58);
        out.write(authenticatorData.length);
        out.writeBytes(authenticatorData);
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String shorterThan24) {
        out.write(0x60 | shorterThan24.length());
        out.writeBytes(shorterThan24.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] coordinate(BigInteger value) {
        var bytes = value.toByteArray(); // may have a leading zero, or be short
        var from = Math.max(0, bytes.length - COORDINATE_BYTES);
        var out = new byte[COORDINATE_BYTES];
        System.arraycopy(bytes, from, out, COORDINATE_BYTES - (bytes.length - from), bytes.length - from);
        return out;
    }

    private String answer(Key credential, Map<String, Object> response) {
        var id = BASE64URL.encodeToString(credential.id);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("id", id);
        answer.put("rawId", id);
        answer.put("type", "public-key");
        answer.put("authenticatorAttachment", "platform");
        answer.put("clientExtensionResults", Map.of());
        answer.put("response", response);
        return json.writeValueAsString(answer);
    }

    private KeyPair newKey() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK makes no P-256 keys", e);
        }
    }

    private static byte[] signature(Key credential, byte[] authenticatorData, byte[] clientData) {
        try {
            var signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(credential.key.getPrivate());
            signer.update(authenticatorData);
            signer.update(sha256(clientData));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The challenge could not be signed", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    private static String hostOf(String origin) {
        return String.valueOf(java.net.URI.create(origin).getHost());
    }
}
