package dev.countersign.door;

import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import java.security.PublicKey;
import java.util.List;
import java.util.function.BiFunction;

/** Whether one of an issuer's keys signed a token. */
final class Signatures {
    private Signatures() {}

    /** Throws {@link InvalidJws} unless one of {@code keys}, asked for by token and algorithm, did. */
    static void require(CompactJws token, BiFunction<CompactJws, SigningAlgorithm, List<PublicKey>> keys) {
        var algorithm = SigningAlgorithm.of(token.headerText("alg"));
        for (var key : keys.apply(token, algorithm)) {
            if (algorithm.verify(key, token.signingInput(), token.signature())) {
                return;
            }
        }
        throw new InvalidJws("no key of its issuer verifies it");
    }
}
