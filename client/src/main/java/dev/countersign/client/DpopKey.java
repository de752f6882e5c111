package dev.countersign.client;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A P-256 key that proves its possession with each request (RFC 9449). */
public final class DpopKey {
    private final ECKey key;
    private final InstantSource clock;

    private DpopKey(ECKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /** A new key, held in memory only. */
    public static DpopKey generate(InstantSource clock) {
        try {
            return new DpopKey(new ECKeyGenerator(Curve.P_256).generate(), clock);
        } catch (JOSEException e) {
            throw new IllegalStateException("This JDK makes no P-256 keys", e);
        }
    }

    /** A key that the caller keeps. Throws {@link IllegalArgumentException} unless it is a private P-256 key. */
    public static DpopKey of(ECKey privateKey, InstantSource clock) {
        if (!privateKey.isPrivate() || !Curve.P_256.equals(privateKey.getCurve())) {
            throw new IllegalArgumentException("Not a private P-256 key");
        }
        return new DpopKey(privateKey, clock);
    }

    /** SHA-256 thumbprint (RFC 7638), base64url: {@code dpop_jkt} and {@code cnf.jkt}. */
    public String thumbprint() {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    /**
     * A proof for one request (RFC 9449 §4.2), the value of the {@code DPoP} header.
     *
     * @param uri query and fragment are left out
     * @param accessToken when the request presents one
     * @param nonce the last {@code DPoP-Nonce} of that server
     */
    public String proof(String method, URI uri, @Nullable String accessToken, @Nullable String nonce) {
        var text = uri.toString();
        var end = text.indexOf('#') >= 0 ? text.indexOf('#') : text.length();
        end = text.indexOf('?') >= 0 ? Math.min(end, text.indexOf('?')) : end;
        var claims = new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .claim("htm", method)
                .claim("htu", text.substring(0, end))
                .issueTime(Date.from(clock.instant()));
        if (accessToken != null) {
            claims.claim("ath", sha256(accessToken));
        }
        if (nonce != null) {
            claims.claim("nonce", nonce);
        }
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build();
        try {
            var jwt = new SignedJWT(header, claims.build());
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("The proof could not be signed", e);
        }
    }

    private static String sha256(String token) {
        try {
            return Base64URL.encode(
                            MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)))
                    .toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
