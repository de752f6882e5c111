package dev.countersign.jose;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the key of a set that verifies a token. */
public final class KeySets {
    /** Most keys that are tried for one token: whoever sends it chooses whether it names one. */
    static final int MAX_CANDIDATES = 16;

    private KeySets() {}

    /** The keys that could have signed {@code jws}: the one its {@code kid} names, else all that fit its algorithm. */
    public static List<PublicKey> candidates(JWKSet keys, CompactJws jws, SigningAlgorithm algorithm) {
        var kid = jws.header().has("kid") ? jws.headerText("kid") : null;
        var found = new ArrayList<PublicKey>();
        for (var jwk : keys.getKeys()) {
            if (found.size() < MAX_CANDIDATES
                    && (kid == null || kid.equals(jwk.getKeyID()))
                    && isForSigning(jwk, algorithm)) {
                read(jwk).filter(algorithm::fits).ifPresent(found::add);
            }
        }
        return found;
    }

    /** Empty for a key of a kind that we do not use: it verifies nothing, and keeps no other from doing so. */
    private static Optional<PublicKey> read(JWK jwk) {
        try {
            return Optional.of(PublicJwk.of(jwk).key());
        } catch (InvalidJws e) {
            return Optional.empty();
        }
    }

    private static boolean isForSigning(JWK jwk, SigningAlgorithm algorithm) {
        var asymmetric = !jwk.getKeyType().getValue().equals("oct");
        var forSignatures = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        var forAlgorithm =
                jwk.getAlgorithm() == null || jwk.getAlgorithm().getName().equals(algorithm.id());
        return asymmetric && forSignatures && forAlgorithm;
    }
}
