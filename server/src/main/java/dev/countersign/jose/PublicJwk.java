package dev.countersign.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.countersign.http.Json;
import dev.countersign.key.Ed25519;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A public key that someone sent as a JWK (RFC 7517).
 *
 * @param thumbprint RFC 7638 SHA-256, base64url
 */
public record PublicJwk(PublicKey key, String thumbprint) {
    /** Members that only private and symmetric keys have (RFC 7518 §6). */
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private static final List<String> PUBLIC_MEMBERS = List.of("kty", "crv", "x", "y", "n", "e");

    /** Reads {@code jwk}. Throws {@link InvalidJws} for anything but a valid public EC, RSA or Ed25519 key. */
    public static PublicJwk of(JsonNode jwk) {
        if (!jwk.isObject()) {
            throw new InvalidJws("The key is not a JWK");
        }
        if (PRIVATE_MEMBERS.stream().anyMatch(jwk::has)) {
            throw new InvalidJws("The key is not a public key");
        }
        try {
            return of(JWK.parse(Json.MAPPER.writeValueAsString(keyAlone(jwk))));
        } catch (ParseException | IllegalArgumentException e) {
            throw new InvalidJws("The key is not a valid JWK");
        }
    }

    /** Without the sender's certificates, use or algorithm: they are not believed, so they are not read. */
    private static JsonNode keyAlone(JsonNode jwk) {
        var alone = Json.MAPPER.createObjectNode();
        for (var name : PUBLIC_MEMBERS) {
            if (jwk.has(name)) {
                alone.set(name, jwk.get(name));
            }
        }
        return alone;
    }

    /** The public part of {@code jwk}. */
    public static PublicJwk of(JWK jwk) {
        try {
            var key = switch (jwk) {
                case ECKey ec -> ec.toECPublicKey();
                case RSAKey rsa -> rsa.toRSAPublicKey();
                case OctetKeyPair okp
                when okp.getCurve().getName().equals("Ed25519") ->
                    Ed25519.publicKey(okp.getX().decode());
                default -> throw new InvalidJws("The key's type is not accepted");
            };
            return new PublicJwk(key, jwk.computeThumbprint().toString());
        } catch (JOSEException | IllegalArgumentException | IllegalStateException e) {
            throw new InvalidJws("The key is not a valid JWK");
        }
    }
}
