package dev.countersign.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How a person consents to a transaction. Policies say which of them count: {@code @methods("webauthn, ocra")}. */
public enum SigningMethod {
    /** An authenticator of theirs signs (WebAuthn L3), user verification included. */
    WEBAUTHN,

    /** A key on a device without network signs (RFC 8032). */
    ED25519,

    /** A device without network answers a challenge (RFC 6287). Symmetric: consent, but no proof towards others. */
    OCRA,

    /** A logged-in person repeats the number that the requester sees. Consent, but no signature at all. */
    NUMBER;

    /** What counts unless a policy says otherwise: the signatures that others can verify. */
    public static final Set<SigningMethod> SIGNATURES = Set.of(WEBAUTHN, ED25519);

    /** Its word in policies, answers and evidence. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By its word. */
    public static Optional<SigningMethod> of(String word) {
        for (var method : values()) {
            if (method.word().equals(word)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
