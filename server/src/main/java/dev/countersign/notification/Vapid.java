package dev.countersign.notification;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.key.KeyRing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** Says to push services who we are (RFC 8292). */
final class Vapid {
    /** How long what we say is good for; at most 24 hours (RFC 8292 §2). */
    static final Duration LIFETIME = Duration.ofHours(1);

    private static final int COORDINATE_BYTES = 32;

    private final KeyRing keys;
    private final URI issuer;

    Vapid(KeyRing keys, URI issuer) {
        this.keys = keys;
        this.issuer = issuer;
    }

    /** The public key that browsers subscribe with: an uncompressed point, base64url (RFC 8292 §3.2). */
    String publicKey() {
        return point(keys.pushKey());
    }

    String authorization(URI endpoint, Instant now) {
        var key = keys.pushKey();
        var claims = new JWTClaimsSet.Builder()
                .audience(endpoint.getScheme() + "://" + endpoint.getRawAuthority())
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .subject(issuer.toString())
                .build();
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("The key for push services cannot sign", e);
        }
        return "vapid t=" + jwt.serialize() + ", k=" + point(key);
    }

    private static String point(ECKey key) {
        var point = new byte[1 + 2 * COORDINATE_BYTES];
        point[0] = 4; // SEC 1 section 2.3.3
        var x = key.getX().decode();
        var y = key.getY().decode();
        System.arraycopy(x, 0, point, 1, COORDINATE_BYTES);
        System.arraycopy(y, 0, point, 1 + COORDINATE_BYTES, COORDINATE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(point);
    }
}
