package dev.countersign.lab.person;

import static org.assertj.core.api.Assertions.assertThat;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import dev.countersign.client.SoftwareAuthenticator;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftwareAuthenticatorTest {
    private static final String ORIGIN = "http://localhost:8400";

    @Test
    void aRelyingPartyAcceptsItsRegistrationAndItsSignature() {
        var manager = WebAuthnManager.createNonStrictWebAuthnManager();
        var authenticator = new SoftwareAuthenticator(new SecureRandom());
        var made = manager.verifyRegistrationResponseJSON(
                authenticator.register(
                        "{\"challenge\":\"AQIDBAUGBwgJCgsMDQ4PEA\",\"rp\":{\"id\":\"localhost\"},\"user\":{\"id\":\"dQ\"}}",
                        ORIGIN),
                new RegistrationParameters(
                        server("AQIDBAUGBwgJCgsMDQ4PEA"),
                        List.of(new PublicKeyCredentialParameters(
                                PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.ES256)),
                        true,
                        true));
        var credential = new CredentialRecordImpl(
                made.getAttestationObject(), made.getCollectedClientData(), null, made.getTransports());
        var signed = manager.verifyAuthenticationResponseJSON(
                authenticator.authenticate("{\"challenge\":\"EA8ODQwLCgkIBwYFBAMCAQ\",\"rpId\":\"localhost\"}", ORIGIN),
                new AuthenticationParameters(server("EA8ODQwLCgkIBwYFBAMCAQ"), credential, null, true, true));
        assertThat(signed.getAuthenticatorData().getSignCount()).isEqualTo(1);
    }

    private static ServerProperty server(String challenge) {
        return ServerProperty.builder()
                .origin(Origin.create(ORIGIN))
                .rpId("localhost")
                .challenge(new DefaultChallenge(challenge))
                .build();
    }
}
