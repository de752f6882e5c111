package dev.countersign.transaction;

import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Ed25519;
import dev.countersign.key.KeyRing;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.text.ParseException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Compact JWS (RFC 7515) with EdDSA (RFC 8037) under the receipt key; {@code typ} keeps one kind from passing as another. */
final class ReceiptJws {
    /** Longest that is read, characters. */
    static final int MAX_LENGTH = 16_384;

    private final KeyRing keys;

    ReceiptJws(KeyRing keys) {
        this.keys = keys;
    }

    String sign(String typ, JsonNode payload) {
        var key = keys.receiptKey();
        return CompactJws.sign(SigningAlgorithm.EDDSA.id(), key.id(), typ, payload, key::sign);
    }

    /** The payload, when {@code token} is ours and of this {@code typ}. Says nothing of its expiry. */
    Optional<JsonNode> verify(String typ, String token) {
        try {
            var kid = CompactJws.parse(token, MAX_LENGTH).headerText("kid");
            return keys.published().getKeyByKeyId(kid) instanceof OctetKeyPair key
                    ? verify(typ, token, kid, key)
                    : Optional.empty();
        } catch (InvalidJws e) {
            return Optional.empty();
        }
    }

    /** As {@link #verify(String, String)}, under one public key (JWK). */
    static Optional<JsonNode> verify(String typ, String token, JsonNode jwk) {
        try {
            var key = OctetKeyPair.parse(jwk.toString());
            return verify(typ, token, String.valueOf(key.getKeyID()), key);
        } catch (ParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> verify(String typ, String token, String kid, OctetKeyPair key) {
        try {
            var jws = CompactJws.parse(token, MAX_LENGTH);
            if (!jws.headerText("alg").equals("EdDSA")
                    || !jws.headerText("typ").equals(typ)
                    || !jws.headerText("kid").equals(kid)) {
                return Optional.empty();
            }
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(Ed25519.publicKey(key.getX().decode()));
            ed25519.update(jws.signingInput());
            return ed25519.verify(jws.signature()) ? Optional.of(jws.payload()) : Optional.empty();
        } catch (GeneralSecurityException | InvalidJws | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
