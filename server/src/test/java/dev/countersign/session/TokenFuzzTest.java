package dev.countersign.session;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.key.CryptoProviders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/**
 * Fuzzes what reads tokens: with {@code JAZZER_FUZZ=1} for a minute each, else over the committed corpus. Whatever comes, it
 * is read or refused as declared; any other exception is a finding.
 */
class TokenFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String HEADER =
            encoded("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8));

    static {
        CryptoProviders.install();
    }

    private final DpopProofs proofs = new DpopProofs(InstantSource.fixed(NOW));

    @FuzzTest(maxDuration = "60s")
    void aToken(byte[] data) {
        var token = new String(data, StandardCharsets.ISO_8859_1);
        try {
            CompactJws.parse(token, DpopProofs.MAX_PROOF);
        } catch (InvalidJws e) {
            // refused
        }
        try {
            proofs.verify(token, "POST", "https://bank.example/transfers", null);
        } catch (InvalidProof e) {
            // refused
        }
    }

    /** Past the encoding, which random bytes seldom get through. */
    @FuzzTest(maxDuration = "60s")
    void claims(byte[] data) {
        try {
            var jws = CompactJws.parse(HEADER + "." + encoded(data) + ".AAAA", 1 << 20);
            for (var name : List.of("iat", "exp")) {
                jws.seconds(name);
            }
            jws.claim("iss");
        } catch (InvalidJws e) {
            // refused
        }
        try {
            Json.read(data);
        } catch (Problem e) {
            // refused
        }
    }

    @FuzzTest(maxDuration = "60s")
    void aHeader(byte[] data) {
        try {
            CompactJws.parse(encoded(data) + ".e30.AAAA", 1 << 20);
        } catch (InvalidJws e) {
            // refused
        }
        try {
            proofs.verify(encoded(data) + ".e30.AAAA", "POST", "https://bank.example/transfers", null);
        } catch (InvalidProof e) {
            // refused
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
