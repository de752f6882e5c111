package dev.countersign.jose;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;

/** Finds the key of a set that verifies a token. */
public final class KeySets {
    private KeySets() {}

    /** The keys that could have signed {@code jws}: the one its {@code kid} names, else all that fit its algorithm. */
    public static List<PublicKey> candidates(JWKSet keys, CompactJws jws, SigningAlgorithm algorithm) {
        var kid = jws.header().has("kid") ? jws.headerText("kid") : null;
        var found = new ArrayList<PublicKey>();
        for (var jwk : keys.getKeys()) {
            if ((kid == null || kid.equals(jwk.getKeyID())) && isForSigning(jwk, algorithm)) {
                found.add(PublicJwk.of(jwk).key());
            }
        }
        found.removeIf(key -> !algorithm.fits(key));
        return found;
    }

    private static boolean isForSigning(JWK jwk, SigningAlgorithm algorithm) {
        var asymmetric = !jwk.getKeyType().getValue().equals("oct");
        var forSignatures = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        var forAlgorithm =
                jwk.getAlgorithm() == null || jwk.getAlgorithm().getName().equals(algorithm.id());
        return asymmetric && forSignatures && forAlgorithm;
    }
}
