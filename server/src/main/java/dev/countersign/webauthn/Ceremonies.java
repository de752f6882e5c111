package dev.countersign.webauthn;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import dev.countersign.Settings;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The relying party's side of WebAuthn L3 §7.1 and §7.2, user verification always required. */
final class Ceremonies {
    /** In order of preference: ES256, EdDSA, RS256. */
    static final List<COSEAlgorithmIdentifier> ALGORITHMS =
            List.of(COSEAlgorithmIdentifier.ES256, COSEAlgorithmIdentifier.EdDSA, COSEAlgorithmIdentifier.RS256);

    private static final int AAGUID_BYTES = 16;
    private static final int COSE_KEY_OFFSET = AAGUID_BYTES + 2; // and the credential id

    private final String rpId;
    private final Set<Origin> origins = new HashSet<>();
    private final ObjectConverter converter = new ObjectConverter();
    private final AttestedCredentialDataConverter attested = new AttestedCredentialDataConverter(converter);
    private final WebAuthnManager webauthn = WebAuthnManager.createNonStrictWebAuthnManager(converter);

    Ceremonies(Settings.Webauthn settings) {
        rpId = settings.rpId();
        settings.origins().forEach(origin -> origins.add(new Origin(origin.toString())));
    }

    /** The credential in an attestation. Its statement is not judged: any maker's authenticator may be used. */
    Credential register(Responses.Registration response, Person person, String label, Instant now) {
        var algorithms = ALGORITHMS.stream()
                .map(a -> new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, a))
                .toList();
        try {
            var data = webauthn.verify(
                    new RegistrationRequest(response.attestationObject(), response.clientData()),
                    new RegistrationParameters(server(response.challenge()), algorithms, true, true));
            var object = data.getAttestationObject();
            var credential =
                    object == null ? null : object.getAuthenticatorData().getAttestedCredentialData();
            if (object == null || credential == null) {
                throw refused();
            }
            var id = credential.getCredentialId();
            var encoded = attested.convert(credential);
            return new Credential(
                    Responses.base64(id),
                    person,
                    Arrays.copyOf(encoded, AAGUID_BYTES),
                    Arrays.copyOfRange(encoded, COSE_KEY_OFFSET + id.length, encoded.length),
                    object.getAuthenticatorData().getSignCount(),
                    object.getAuthenticatorData().isFlagBE(),
                    label,
                    now,
                    null,
                    null);
        } catch (WebAuthnException | IllegalArgumentException e) {
            throw refused();
        }
    }

    /** The assertion's new counter, or the name of what is wrong with it. */
    Outcome verify(Credential credential, byte[] challenge, Responses.Authentication response) {
        try {
            var record = new CredentialRecordImpl(
                    new NoneAttestationStatement(),
                    true,
                    credential.backupEligible(),
                    credential.backupEligible(),
                    credential.counter(),
                    attested.convert(encoded(credential)),
                    new AuthenticationExtensionsAuthenticatorOutputs<>(),
                    null,
                    null,
                    null);
            var data = webauthn.verify(
                    new AuthenticationRequest(
                            response.id(), response.authenticatorData(), response.clientData(), response.signature()),
                    new AuthenticationParameters(server(challenge), record, List.of(response.id()), true, true));
            return Optional.ofNullable(data.getAuthenticatorData())
                    .map(d -> new Outcome(d.getSignCount(), null))
                    .orElse(new Outcome(0, "no_authenticator_data"));
        } catch (WebAuthnException | IllegalArgumentException e) {
            return new Outcome(0, e.getClass().getSimpleName());
        }
    }

    /** @param refusal why not, or null */
    record Outcome(long counter, @Nullable String refusal) {}

    private static Problem refused() {
        return new Problem(403, "registration-refused", "The authenticator's answer was not accepted");
    }

    private ServerProperty server(byte[] challenge) {
        return ServerProperty.builder()
                .origins(origins)
                .rpId(rpId)
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    private static byte[] encoded(Credential credential) {
        var id = java.util.Base64.getUrlDecoder().decode(credential.id());
        return ByteBuffer.allocate(COSE_KEY_OFFSET + id.length + credential.publicKey().length)
                .put(credential.aaguid())
                .putShort((short) id.length)
                .put(id)
                .put(credential.publicKey())
                .array();
    }
}
