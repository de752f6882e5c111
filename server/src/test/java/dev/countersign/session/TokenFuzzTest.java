package dev.countersign.session;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.PublicJwk;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.CryptoProviders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * Bytes as tokens. Every run of the tests tries the seeds and what was found before (resources, TokenFuzzTestInputs); with
 * {@code JAZZER_FUZZ=1} one method at a time looks for more. A parser may refuse, and may throw nothing else.
 */
@Tag("fuzz")
class TokenFuzzTest {
    private static final int MAX_JSON = 1 << 20;
    private static final ECKey KEY = key();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));
    private static final String URI = "http://localhost:8400/oauth/token";

    static {
        CryptoProviders.install(); // the ones that a server verifies with
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The bytes are the token. */
    @FuzzTest(maxDuration = "60s")
    void tokens(byte[] bytes) {
        var token = new String(bytes, StandardCharsets.UTF_8);
        try {
            var jws = CompactJws.parse(token, DpopProofs.MAX_PROOF);
            SigningAlgorithm.of(jws.headerText("alg"));
            jws.seconds("exp");
        } catch (InvalidJws e) {
            // refused
        }
        proof(token);
    }

    /**
     * The bytes are header and claims of a proof, between them a line break; signed, so that all that is behind the signature
     * is reached. In the header "KEY" stands for the key that signs.
     */
    @FuzzTest(maxDuration = "60s")
    void signedProofs(byte[] bytes) throws JOSEException {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var line = text.indexOf('\n');
        if (line < 0) {
            return;
        }
        var jwk = KEY.toPublicJWK().toJSONString();
        var header = text.substring(0, line).replace("\"KEY\"", jwk);
        var input = encode(header) + '.' + encode(text.substring(line + 1));
        var signature = SigningAlgorithm.ES256.sign(KEY.toECPrivateKey(), input.getBytes(StandardCharsets.US_ASCII));
        proof(input + '.' + CompactJws.encode(signature));
    }

    /** The bytes are a header, past the encoding that random bytes seldom get through. */
    @FuzzTest(maxDuration = "60s")
    void headers(byte[] bytes) {
        var token = CompactJws.encode(bytes) + ".e30.AAAA";
        try {
            CompactJws.parse(token, MAX_JSON);
        } catch (InvalidJws e) {
            // refused
        }
        proof(token);
    }

    /** The bytes are claims, past the encoding too. */
    @FuzzTest(maxDuration = "60s")
    void claims(byte[] bytes) {
        try {
            var jws = CompactJws.parse(
                    encode("{\"alg\":\"ES256\"}") + '.' + CompactJws.encode(bytes) + ".AAAA", MAX_JSON);
            for (var name : List.of("iat", "exp", "nbf")) {
                jws.seconds(name);
            }
            jws.claim("iss");
        } catch (InvalidJws e) {
            // refused
        }
        try {
            Json.read(bytes);
        } catch (Problem e) {
            // refused
        }
    }

    /** The bytes are a key. */
    @FuzzTest(maxDuration = "60s")
    void keys(byte[] bytes) {
        try {
            PublicJwk.of(Json.read(bytes));
        } catch (InvalidJws | Problem e) {
            // refused
        }
    }

    private static void proof(String token) {
        try {
            new DpopProofs(CLOCK).verify(token, "POST", URI, null);
        } catch (InvalidProof e) {
            // refused
        }
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
