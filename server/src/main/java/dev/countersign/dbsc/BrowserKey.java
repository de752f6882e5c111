package dev.countersign.dbsc;

import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.PublicJwk;
import dev.countersign.jose.SigningAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import tools.jackson.databind.JsonNode;

/**
 * The public key that a browser session is bound to, with the one algorithm that it is used with.
 *
 * @param thumbprint RFC 7638 SHA-256, base64url
 */
record BrowserKey(PublicKey key, String thumbprint, SigningAlgorithm algorithm) {
    /** Reads {@code jwk}. Throws {@link InvalidJws} unless it is a public key that fits {@code algorithm}. */
    static BrowserKey of(JsonNode jwk, SigningAlgorithm algorithm) {
        var known = PublicJwk.of(jwk);
        if (!algorithm.fits(known.key())) {
            throw new InvalidJws("The key does not fit its algorithm");
        }
        return new BrowserKey(known.key(), known.thumbprint(), algorithm);
    }

    /** The key from its SubjectPublicKeyInfo, as {@link #encoded} wrote it. */
    static BrowserKey of(byte[] encoded, String thumbprint, SigningAlgorithm algorithm) {
        try {
            var keys = KeyFactory.getInstance(algorithm == SigningAlgorithm.RS256 ? "RSA" : "EC");
            return new BrowserKey(keys.generatePublic(new X509EncodedKeySpec(encoded)), thumbprint, algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key in the database is not one", e);
        }
    }

    /** SubjectPublicKeyInfo, DER. */
    byte[] encoded() {
        return key.getEncoded();
    }
}
