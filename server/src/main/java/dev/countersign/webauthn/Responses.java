package dev.countersign.webauthn;

import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.util.Base64;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What browsers send back (WebAuthn L3 §5.1.8: RegistrationResponseJSON, AuthenticationResponseJSON), within limits. */
final class Responses {
    /** Bytes of a credential id (WebAuthn L3 §4). */
    static final int MAX_ID_BYTES = 1023;

    static final int MAX_CLIENT_DATA_BYTES = 8 * 1024;
    static final int MAX_AUTHENTICATOR_DATA_BYTES = 4 * 1024;
    static final int MAX_SIGNATURE_BYTES = 8 * 1024;
    static final int MAX_ATTESTATION_BYTES = 64 * 1024;
    static final int MAX_USER_HANDLE_BYTES = 64;

    private Responses() {}

    /** An attestation as it came in. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Registration(byte[] attestationObject, byte[] clientData, byte[] challenge) {}

    /** An assertion as it came in; {@code userHandle} is empty when there is none. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Authentication(
            byte[] id, byte[] userHandle, byte[] authenticatorData, byte[] clientData, byte[] signature) {}

    static Registration registration(JsonNode json, String pointer) {
        var fields = publicKeyCredential(json, pointer).object("response");
        var clientData = clientData(fields);
        return new Registration(
                bytes(fields, "attestationObject", MAX_ATTESTATION_BYTES), clientData, challenge(fields, clientData));
    }

    static Authentication authentication(JsonNode json, String pointer) {
        var credential = publicKeyCredential(json, pointer);
        var fields = credential.object("response");
        var clientData = clientData(fields);
        challenge(fields, clientData);
        return new Authentication(
                bytes(credential, "id", MAX_ID_BYTES),
                fields.has("userHandle") ? bytes(fields, "userHandle", MAX_USER_HANDLE_BYTES) : new byte[0],
                bytes(fields, "authenticatorData", MAX_AUTHENTICATOR_DATA_BYTES),
                clientData,
                bytes(fields, "signature", MAX_SIGNATURE_BYTES));
    }

    /** The challenge that an assertion claims to answer; nothing is verified. */
    static byte[] claimedChallenge(JsonNode json, String pointer) {
        var fields = publicKeyCredential(json, pointer).object("response");
        return challenge(fields, clientData(fields));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Fields publicKeyCredential(JsonNode json, String pointer) {
        var fields = Fields.of(json, pointer);
        fields.oneOf("type", Set.of("public-key"));
        if (fields.has("rawId") && !fields.text("rawId").equals(fields.text("id"))) {
            throw Problem.invalid(fields.at("rawId"), "Differs from id");
        }
        return fields;
    }

    private static byte[] clientData(Fields response) {
        return bytes(response, "clientDataJSON", MAX_CLIENT_DATA_BYTES);
    }

    private static byte[] challenge(Fields response, byte[] clientData) {
        var pointer = response.at("clientDataJSON");
        JsonNode json;
        try {
            json = Json.read(clientData);
        } catch (Problem e) {
            throw Problem.invalid(pointer, "Not JSON: " + e.detail());
        }
        var fields = Fields.of(json, pointer);
        if (fields.flag("crossOrigin", false)) {
            throw Problem.invalid(pointer, "Not from a frame of another origin");
        }
        return bytes(fields, "challenge", 128);
    }

    private static byte[] bytes(Fields fields, String name, int max) {
        var text = fields.text(name, (max * 4 + 2) / 3);
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(fields.at(name), "Expected base64url");
        }
    }
}
