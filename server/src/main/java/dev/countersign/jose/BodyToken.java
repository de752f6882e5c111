package dev.countersign.jose;

import dev.countersign.http.Json;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * What Countersign shows when it tells others something over HTTP (RFC 6750): signed with a key of {@code jwks_uri}, for this
 * endpoint, this subject and exactly this body. Nobody has to share a secret for it.
 */
public final class BodyToken {
    /** How long it is good for. */
    public static final Duration LIFETIME = Duration.ofMinutes(2);

    private final String typ;
    private final URI issuer;
    private final KeyRing keys;
    private final RandomIds ids;

    public BodyToken(String typ, URI issuer, KeyRing keys, RandomIds ids) {
        this.typ = typ;
        this.issuer = issuer;
        this.keys = keys;
        this.ids = ids;
    }

    public String sign(String endpoint, String subject, byte[] body, Instant now) {
        var key = keys.receiptKey();
        var claims = Json.MAPPER
                .createObjectNode()
                .put("iss", issuer.toString())
                .put("aud", endpoint)
                .put("sub", subject)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFETIME).getEpochSecond())
                .put("jti", ids.next("bt_"))
                .put("body_sha256", Sha256.base64url(body));
        return CompactJws.sign(SigningAlgorithm.EDDSA.id(), key.id(), typ, claims, key::sign);
    }
}
