package dev.countersign.transaction;

import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Ed25519;
import dev.countersign.key.KeyRing;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Compact JWS (RFC 7515) with EdDSA (RFC 8037) under the receipt key; {@code typ} keeps one kind from passing as another. */
final class CompactJws {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final KeyRing keys;

    CompactJws(KeyRing keys) {
        this.keys = keys;
    }

    String sign(String typ, JsonNode payload) {
        var key = keys.receiptKey();
        var header = Json.MAPPER
                .createObjectNode()
                .put("alg", "EdDSA")
                .put("kid", key.id())
                .put("typ", typ);
        var input =
                encode(Json.MAPPER.writeValueAsBytes(header)) + "." + encode(Json.MAPPER.writeValueAsBytes(payload));
        return input + "." + encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The payload, when {@code jws} is ours and of this {@code typ}. Says nothing of its expiry. */
    Optional<JsonNode> verify(String typ, String jws) {
        var parts = jws.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            var header = Json.read(DECODER.decode(parts[0]));
            if (!header.path("alg").asString("").equals("EdDSA")
                    || !header.path("typ").asString("").equals(typ)
                    || !(keys.published().getKeyByKeyId(header.path("kid").asString("")) instanceof OctetKeyPair key)) {
                return Optional.empty();
            }
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(Ed25519.publicKey(key.getX().decode()));
            ed25519.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return ed25519.verify(DECODER.decode(parts[2]))
                    ? Optional.of(Json.read(DECODER.decode(parts[1])))
                    : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException | Problem e) {
            return Optional.empty();
        }
    }

    private static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }
}
