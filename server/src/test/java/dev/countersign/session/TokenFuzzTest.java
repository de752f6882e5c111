package dev.countersign.session;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.PublicJwk;
import dev.countersign.jose.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.Tag;

/**
 * Bytes as tokens. Every run of the tests tries the seeds and what was found before (resources, TokenFuzzTestInputs); with
 * {@code JAZZER_FUZZ=1} one method at a time looks for more. A parser may refuse, and may throw nothing else.
 */
@Tag("fuzz")
class TokenFuzzTest {
    private static final ECKey KEY = key();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));
    private static final String URI = "http://localhost:8400/oauth/token";

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The bytes are the token. */
    @FuzzTest(maxDuration = "2m")
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
    @FuzzTest(maxDuration = "2m")
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

    /** The bytes are a key. */
    @FuzzTest(maxDuration = "2m")
    void keys(byte[] bytes) {
        try {
            PublicJwk.of(dev.countersign.http.Json.read(bytes));
        } catch (InvalidJws | dev.countersign.http.Problem e) {
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
