package dev.countersign.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class KeysTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void aProofNamesItsRequestAndVerifiesWithItsOwnKey() throws Exception {
        var key = DpopKey.generate(InstantSource.fixed(NOON));
        var proof = SignedJWT.parse(key.proof("GET", URI.create("https://bank.example/a?b=c#d"), "token", "n"));
        var jwk = proof.getHeader().getJWK();
        assertThat(jwk.isPrivate()).isFalse();
        assertThat(proof.verify(new ECDSAVerifier(jwk.toECKey()))).isTrue();
        assertThat(jwk.computeThumbprint().toString()).isEqualTo(key.thumbprint());
        assertThat(proof.getHeader().getType().getType()).isEqualTo("dpop+jwt");
        var claims = proof.getJWTClaimsSet();
        assertThat(claims.getClaims())
                .containsEntry("htm", "GET")
                .containsEntry("htu", "https://bank.example/a")
                .containsEntry("nonce", "n")
                .containsEntry("ath", "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A");
        assertThat(claims.getIssueTime()).isEqualTo(java.util.Date.from(NOON));
    }

    @Test
    void theAuthenticatorSignsWhatItRegistered() throws Exception {
        var json = JsonMapper.shared();
        var url = Base64.getUrlDecoder();
        var authenticator = new SoftwareAuthenticator(new SecureRandom());
        var made = json.readTree(authenticator.register(
                "{\"publicKey\":{\"challenge\":\"AQ\",\"rp\":{\"id\":\"localhost\"},\"user\":{\"id\":\"dQ\"}}}",
                "http://localhost:8400"));
        var key = KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(
                        url.decode(made.path("response").path("publicKey").stringValue())));
        var options = json.writeValueAsString(Map.of(
                "challenge", "Ag", "rpId", "localhost", "allowCredentials", List.of(Map.of("id", made.path("id")))));
        var response = json.readTree(authenticator.authenticate(options, "http://localhost:8400"))
                .path("response");
        var data = url.decode(response.path("authenticatorData").stringValue());
        var client = url.decode(response.path("clientDataJSON").stringValue());
        var signed = new ByteArrayOutputStream();
        signed.writeBytes(data);
        signed.writeBytes(MessageDigest.getInstance("SHA-256").digest(client));
        var verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(key);
        verifier.update(signed.toByteArray());
        assertThat(verifier.verify(url.decode(response.path("signature").stringValue())))
                .isTrue();
        assertThat(data[32]).isEqualTo((byte) 0x05);
        assertThat(data[36]).isEqualTo((byte) 1);
        assertThat(json.readTree(client).path("challenge").stringValue()).isEqualTo("Ag");
    }

    @Test
    void aStepUpBecomesAnRfc9470Challenge() {
        var obligation =
                new Obligation("o1", "step-up", Map.of("acr_value", "urn:countersign:acr:phr", "max_age", 300));
        var challenge = Challenges.of(
                new Decision.Refused("step_up_required", "more", List.of(obligation), null, "n2", "ev_1"));
        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.headers())
                .containsEntry("DPoP-Nonce", "n2")
                .hasEntrySatisfying(
                        "WWW-Authenticate",
                        value -> assertThat(value)
                                .startsWith("DPoP error=\"insufficient_user_authentication\"")
                                .contains("acr_values=\"urn:countersign:acr:phr\"", "max_age=\"300\""));
        assertThat(Challenges.of(new Decision.Unavailable("x")).status()).isEqualTo(503);
    }
}
