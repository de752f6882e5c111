package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.key.Ed25519;
import dev.countersign.key.Sha256;
import dev.countersign.policy.SigningMethod;
import dev.countersign.webauthn.AssertionCheck;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What a person's consent proves to others, and its digest in the evidence. */
final class Consent {
    private Consent() {}

    /** SHA-256 (hex) over everything that the signature is verified with: in the evidence, so that none of it is exchanged. */
    static String digest(Assertion assertion) {
        return Sha256.hex(Json.MAPPER.writeValueAsString(List.of(
                assertion.credentialId(),
                assertion.publicKey(),
                assertion.authenticatorData(),
                assertion.clientDataJson(),
                assertion.signature())));
    }

    /** What is wrong with it as a signature over {@code challenge}. Consent without a signature has nothing to verify. */
    static Optional<String> problem(
            SigningMethod method, Assertion assertion, byte[] challenge, String rpId, List<URI> origins) {
        return switch (method) {
            case WEBAUTHN -> AssertionCheck.problem(assertion, challenge, rpId, origins);
            case ED25519 ->
                isSigned(assertion, challenge) ? Optional.empty() : Optional.of("The signature is not good");
            case OCRA, NUMBER -> Optional.empty();
        };
    }

    /** RFC 8032, over the challenge itself. */
    static boolean isSigned(Assertion assertion, byte[] challenge) {
        try {
            var decoder = Base64.getUrlDecoder();
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(Ed25519.publicKey(decoder.decode(assertion.publicKey())));
            ed25519.update(challenge);
            return ed25519.verify(decoder.decode(assertion.signature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
