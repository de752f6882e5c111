package dev.countersign.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import dev.countersign.http.Json;
import dev.countersign.key.KeyRing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Signs and verifies the tokens of one type that we issue, ES256, by a published token key: {@code at+jwt} (RFC 9068) and others. */
public final class OwnTokens {
    /** Longest token of ours, characters. */
    public static final int MAX_TOKEN = 8 * 1024;

    private static final String ACCESS_TOKEN = "at+jwt";
    private static final Set<String> HEADER = Set.of("typ", "alg", "kid");

    private final String type;
    private final String issuer;
    private final KeyRing keys;
    private final InstantSource clock;

    /** Access tokens. */
    public OwnTokens(String issuer, KeyRing keys, InstantSource clock) {
        this(ACCESS_TOKEN, issuer, keys, clock);
    }

    /** @param type the {@code typ} of their header: one type never passes for another (RFC 8725 §3.11) */
    public OwnTokens(String type, String issuer, KeyRing keys, InstantSource clock) {
        this.type = type;
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
    }

    /** The token with these claims and our {@code iss}. */
    public String sign(ObjectNode claims) {
        var key = keys.tokenKey();
        claims.put("iss", issuer);
        var header = Json.MAPPER.createObjectNode();
        header.put("typ", type).put("alg", SigningAlgorithm.ES256.id()).put("kid", key.getKeyID());
        var input = CompactJws.signingInput(header, claims);
        return input + '.' + CompactJws.encode(signature(key, input));
    }

    /** The claims of a token of ours that has not expired. Throws {@link InvalidJws}. */
    public JsonNode verify(String token) {
        var jws = CompactJws.parse(token, MAX_TOKEN);
        requireHeader(jws);
        if (!SigningAlgorithm.ES256.verify(
                PublicJwk.of(key(jws.headerText("kid"))).key(), jws.signingInput(), jws.signature())) {
            throw new InvalidJws("The signature does not verify");
        }
        if (!jws.claim("iss").equals(issuer)) {
            throw new InvalidJws("The token has another issuer");
        }
        if (!Instant.ofEpochSecond(jws.seconds("exp")).isAfter(clock.instant())) {
            throw new InvalidJws("The token has expired");
        }
        return jws.payload();
    }

    /** Exactly the header that we write: no key, key address or other algorithm of a stranger's counts. */
    private void requireHeader(CompactJws jws) {
        if (!HEADER.equals(Set.copyOf(jws.header().propertyNames()))
                || !jws.headerText("typ").equals(type)
                || !jws.headerText("alg").equals(SigningAlgorithm.ES256.id())) {
            throw new InvalidJws("Not a token of this type and issuer");
        }
    }

    private ECKey key(String id) {
        if (keys.published().getKeyByKeyId(id) instanceof ECKey key) {
            return key;
        }
        throw new InvalidJws("The token's key is not one of this issuer's");
    }

    private static byte[] signature(ECKey key, String input) {
        try {
            return SigningAlgorithm.ES256.sign(key.toECPrivateKey(), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException("The token key cannot sign", e);
        }
    }
}
