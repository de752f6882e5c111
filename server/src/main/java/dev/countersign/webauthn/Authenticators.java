package dev.countersign.webauthn;

import dev.countersign.session.Person;
import tools.jackson.databind.JsonNode;

/** The WebAuthn authenticators of people. */
public interface Authenticators {
    /** True when {@code person} has registered one. */
    boolean has(Person person);

    /**
     * {@code PublicKeyCredentialRequestOptionsJSON} (WebAuthn L3 §5.5) over {@code challenge} for {@code person}'s
     * credentials, user verification required.
     */
    JsonNode request(Person person, byte[] challenge);

    /**
     * Verifies an {@code AuthenticationResponseJSON} over exactly {@code challenge}: origin, rpId, user presence and
     * verification, credential of this person, signature, counter (WebAuthn L3 §7.2). Throws Problem 403
     * {@code assertion-refused}; a refusal is recorded.
     */
    Assertion verify(Person person, byte[] challenge, JsonNode response);

    /**
     * A verified assertion, kept so that it can be verified again.
     *
     * @param credentialId base64url
     * @param publicKey COSE_Key bytes, base64url
     * @param authenticatorData base64url
     * @param clientDataJson base64url
     * @param signature base64url
     */
    record Assertion(
            String credentialId, String publicKey, String authenticatorData, String clientDataJson, String signature) {}
}
