package dev.countersign.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An application's page: a key, and proofs by it. */
final class DpopClient {
    final ECKey key = TestProvider.Jwts.newKey();

    String thumbprint() {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK());
    }

    JWTClaimsSet.Builder claims(
            String method, String uri, Instant at, @Nullable String tokenHash, @Nullable String nonce) {
        return new JWTClaimsSet.Builder()
                .claim("htm", method)
                .claim("htu", uri)
                .issueTime(Date.from(at))
                .claim("ath", tokenHash)
                .claim("nonce", nonce)
                .jwtID(UUID.randomUUID().toString());
    }

    String proof(JWTClaimsSet.Builder claims) {
        return TestProvider.Jwts.sign(header().build(), claims.build(), key);
    }

    String proof(String method, String uri, Instant at, @Nullable String tokenHash, @Nullable String nonce) {
        return proof(claims(method, uri, at, tokenHash, nonce));
    }
}
