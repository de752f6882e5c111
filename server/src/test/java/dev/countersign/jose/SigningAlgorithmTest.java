package dev.countersign.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.countersign.http.Json;
import dev.countersign.key.CryptoProviders;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SigningAlgorithmTest {
    private static final byte[] INPUT = {1, 2, 3};

    @BeforeAll
    static void install() {
        CryptoProviders.install();
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void whatASentKeySignedVerifiesAndNothingElseDoes(SigningAlgorithm algorithm) throws Exception {
        var pair = pair(algorithm);
        var key = PublicJwk.of(Json.MAPPER.readTree(jwk(pair).toJSONString()));
        assertThat(key.thumbprint()).isEqualTo(jwk(pair).computeThumbprint().toString());
        var signature = algorithm.sign(pair.getPrivate(), INPUT);
        assertThat(algorithm.verify(key.key(), INPUT, signature)).isTrue();
        assertThat(algorithm.verify(key.key(), new byte[] {1, 2}, signature)).isFalse();
        assertThat(algorithm.verify(key.key(), INPUT, new byte[signature.length]))
                .isFalse();
        assertThat(algorithm.verify(key.key(), INPUT, Arrays.copyOf(signature, signature.length - 1)))
                .isFalse();
        assertThat(algorithm.verify(key.key(), INPUT, new byte[0])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "ES512", "ES256K", "", "es256"})
    void otherAlgorithmsAreRefused(String alg) {
        assertThatThrownBy(() -> SigningAlgorithm.of(alg)).isInstanceOf(InvalidJws.class);
    }

    @Test
    void aSmallRsaKeyIsRefused() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        assertThat(SigningAlgorithm.RS256.fits(generator.generateKeyPair().getPublic()))
                .isFalse();
    }

    @Test
    void aPointOffTheCurveIsNoKey() {
        var x = Base64URL.encode(new byte[32]);
        var y = Base64URL.encode(new byte[] {5});
        assertThatThrownBy(() -> PublicJwk.of(Json.MAPPER.readTree(
                        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"}")))
                .isInstanceOf(InvalidJws.class);
    }

    private static KeyPair pair(SigningAlgorithm algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(
                switch (algorithm) {
                    case ES256, ES384 -> "EC";
                    case PS256, RS256 -> "RSA";
                    case EDDSA, ED25519 -> "Ed25519";
                });
        switch (algorithm) {
            case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case ES384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case PS256, RS256 -> generator.initialize(2048);
            case EDDSA, ED25519 -> {}
        }
        return generator.generateKeyPair();
    }

    private static JWK jwk(KeyPair pair) {
        return switch (pair.getPublic()) {
            case ECPublicKey ec -> new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
            case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build();
            default -> {
                var encoded = pair.getPublic().getEncoded();
                yield new OctetKeyPair.Builder(
                                Curve.Ed25519,
                                Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
                        .build();
            }
        };
    }
}
