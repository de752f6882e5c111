package dev.countersign.signal;

import com.nimbusds.jose.JOSEException;
import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.KeyRing;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Signs what we tell others: RS256, with an explicit type that no other token of ours has. */
final class SignalTokens {
    static final String SET = "secevent+jwt";
    static final String LOGOUT = "logout+jwt";

    private final KeyRing keys;

    SignalTokens(KeyRing keys) {
        this.keys = keys;
    }

    /** The same claims under the same key give the same token: a delivery repeated is the token repeated. */
    String sign(String type, String claims) {
        return sign(type, Json.MAPPER.readTree(claims));
    }

    private String sign(String type, JsonNode claims) {
        var key = keys.signalKey();
        var header = Json.MAPPER.createObjectNode();
        header.put("typ", type).put("alg", SigningAlgorithm.RS256.id()).put("kid", key.getKeyID());
        var input = CompactJws.signingInput(header, claims);
        try {
            var signature =
                    SigningAlgorithm.RS256.sign(key.toRSAPrivateKey(), input.getBytes(StandardCharsets.US_ASCII));
            return input + '.' + CompactJws.encode(signature);
        } catch (JOSEException e) {
            throw new IllegalStateException("The signal key cannot sign", e);
        }
    }
}
