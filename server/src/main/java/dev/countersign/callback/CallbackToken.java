package dev.countersign.callback;

import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * What Countersign shows when it calls back (RFC 6750): signed with a key of {@code jwks_uri}, for this endpoint, this task and
 * exactly this body. Nobody has to share a secret for it.
 */
final class CallbackToken {
    static final String TYP = "callback+jwt";

    /** How long it is good for. */
    static final Duration LIFETIME = Duration.ofMinutes(2);

    private final URI issuer;
    private final KeyRing keys;
    private final RandomIds ids;

    CallbackToken(URI issuer, KeyRing keys, RandomIds ids) {
        this.issuer = issuer;
        this.keys = keys;
        this.ids = ids;
    }

    String sign(String endpoint, String task, byte[] body, Instant now) {
        var key = keys.receiptKey();
        var claims = Json.MAPPER
                .createObjectNode()
                .put("iss", issuer.toString())
                .put("aud", endpoint)
                .put("sub", task)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFETIME).getEpochSecond())
                .put("jti", ids.next("cb_"))
                .put("body_sha256", Sha256.base64url(body));
        return CompactJws.sign(SigningAlgorithm.EDDSA.id(), key.id(), TYP, claims, key::sign);
    }
}
