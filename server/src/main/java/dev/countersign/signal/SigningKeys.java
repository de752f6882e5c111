package dev.countersign.signal;

import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.SigningAlgorithm;
import java.security.PublicKey;
import java.util.List;

/** The keys of one who signs. */
@FunctionalInterface
interface SigningKeys {
    /** Those that could have signed {@code jws}. Throws {@link Problem} 503 when none can be had. */
    List<PublicKey> candidates(CompactJws jws, SigningAlgorithm algorithm);
}
