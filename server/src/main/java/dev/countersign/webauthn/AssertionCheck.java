package dev.countersign.webauthn;

import com.webauthn4j.util.exception.WebAuthnException;
import dev.countersign.Settings;
import dev.countersign.session.Person;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Verifies a kept assertion again, years later and without a server (WebAuthn L3 §7.2). */
public final class AssertionCheck {
    /** Flags of the authenticator data (WebAuthn L3 §6.1): its one byte after the hash of the relying party's id. */
    private static final int FLAGS_OFFSET = 32;

    private static final int BACKUP_ELIGIBLE = 0x08;
    private static final int AAGUID_BYTES = 16;

    private AssertionCheck() {}

    /**
     * What is wrong with it: challenge, type, origin, relying party, user presence and verification, signature. Says nothing
     * of its counter, which only counts on the day, nor of whose credential it is.
     */
    public static Optional<String> problem(Assertion assertion, byte[] challenge, String rpId, List<URI> origins) {
        try {
            var decoder = Base64.getUrlDecoder();
            var response = new Responses.Authentication(
                    decoder.decode(assertion.credentialId()),
                    new byte[0],
                    decoder.decode(assertion.authenticatorData()),
                    decoder.decode(assertion.clientDataJson()),
                    decoder.decode(assertion.signature()));
            var data = response.authenticatorData();
            var credential = new Credential(
                    assertion.credentialId(),
                    new Person("-"),
                    new byte[AAGUID_BYTES],
                    decoder.decode(assertion.publicKey()),
                    0,
                    data.length > FLAGS_OFFSET && (data[FLAGS_OFFSET] & BACKUP_ELIGIBLE) != 0,
                    "-",
                    Instant.EPOCH,
                    null,
                    null);
            var outcome =
                    new Ceremonies(new Settings.Webauthn(rpId, rpId, origins)).verify(credential, challenge, response);
            return Optional.ofNullable(outcome.refusal());
        } catch (IllegalArgumentException | WebAuthnException | JacksonException e) {
            return Optional.of("It cannot be read"); // a key that was changed is often no key any more
        }
    }
}
