package dev.countersign.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.CompactJws.Segments;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.PublicJwk;
import dev.countersign.jose.SigningAlgorithm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Checks DPoP proofs (RFC 9449 §4.3) but for the nonce and replay, which {@link DpopNonces} keeps. A client's proofs all
 * have the same header, so a header whose key verified once is not parsed again.
 */
final class DpopProofs {
    /** Longest proof, characters. */
    static final int MAX_PROOF = 8 * 1024;

    /** Longest {@code jti}, characters. */
    static final int MAX_JTI = 256;

    /** How far {@code iat} may be off, either way: the nonce, not the client's clock, says that a proof is fresh. */
    static final Duration IAT_WINDOW = Duration.ofMinutes(5);

    /** Headers remembered. */
    static final int MAX_HEADERS = 50_000;

    private final InstantSource clock;
    private final Cache<String, ProofHeader> headers =
            Caffeine.newBuilder().maximumSize(MAX_HEADERS).build();

    DpopProofs(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The verified proof.
     *
     * @param tokenHash {@code ath} that the proof must have, or null at the token endpoint
     * @throws InvalidProof naming what is wrong
     */
    Proof verify(String proof, String method, String uri, @Nullable String tokenHash) {
        try {
            var segments = Segments.of(proof, MAX_PROOF);
            var known = headers.getIfPresent(segments.header());
            var header = known != null ? known : ProofHeader.of(segments);
            if (!header.algorithm().verify(header.key().key(), segments.signingInput(), segments.signatureBytes())) {
                throw new InvalidProof("The proof's signature does not verify");
            }
            if (known == null) {
                headers.put(segments.header(), header);
            }
            return claims(segments, header, method, uri, tokenHash);
        } catch (InvalidJws e) {
            throw new InvalidProof("The proof is malformed: " + e.text());
        }
    }

    private Proof claims(Segments segments, ProofHeader header, String method, String uri, @Nullable String tokenHash) {
        var claims = segments.payloadObject();
        if (!CompactJws.text(claims, "htm").equals(method)) {
            throw new InvalidProof("The proof is for another method");
        }
        if (!HttpUri.same(CompactJws.text(claims, "htu"), uri)) {
            throw new InvalidProof("The proof is for another URI");
        }
        var iat = CompactJws.seconds(claims, "iat");
        var off = iat - clock.instant().getEpochSecond();
        if (Math.abs(off) > IAT_WINDOW.toSeconds()) {
            throw new InvalidProof("The proof was not made now");
        }
        if (tokenHash != null && !tokenHash.equals(CompactJws.text(claims, "ath"))) {
            throw new InvalidProof("The proof is for another token");
        }
        var jti = CompactJws.text(claims, "jti");
        if (jti.isEmpty() || jti.length() > MAX_JTI) {
            throw new InvalidProof("The proof's id is empty or too long");
        }
        var nonce = claims.has("nonce") ? CompactJws.text(claims, "nonce") : null;
        return new Proof(header.key().thumbprint(), jti, nonce, Instant.ofEpochSecond(iat));
    }

    /** What a good proof proved: possession of the key with this thumbprint. Fresh only if nonce and id are. */
    record Proof(String thumbprint, String jti, @Nullable String nonce, Instant madeAt) {}

    private record ProofHeader(SigningAlgorithm algorithm, PublicJwk key) {
        static ProofHeader of(Segments segments) {
            var header = segments.headerObject();
            if (!CompactJws.text(header, "typ").equals("dpop+jwt")) {
                throw new InvalidProof("Not a DPoP proof");
            }
            var algorithm = SigningAlgorithm.of(CompactJws.text(header, "alg"));
            if (!header.has("jwk")) {
                throw new InvalidProof("The proof has no key");
            }
            var key = PublicJwk.of(header.get("jwk"));
            if (!algorithm.fits(key.key())) {
                throw new InvalidProof("The proof's key does not fit its algorithm");
            }
            return new ProofHeader(algorithm, key);
        }
    }
}
