package dev.countersign.publish;

import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Ed25519;
import dev.countersign.key.KeyRing;
import java.time.Instant;

/**
 * Our own word that a version became live. Under the key that signs checkpoints, which does not rotate: the word must hold
 * as long as the version is live. {@code typ} and the form keep it from passing as a checkpoint, and the other way round.
 */
final class LiveStatements {
    static final String TYP = "policy-live+jwt";

    /** Longest that is read, characters. */
    static final int MAX_LENGTH = 4 * 1024;

    private final KeyRing keys;

    LiveStatements(KeyRing keys) {
        this.keys = keys;
    }

    /** @param receipt of the decision that permitted it, or empty for the first version */
    String sign(long version, String hash, String receipt, Instant since) {
        var key = keys.checkpointKey();
        var payload = Json.MAPPER
                .createObjectNode()
                .put("version", version)
                .put("hash", hash)
                .put("receipt", receipt)
                .put("iat", since.getEpochSecond());
        return CompactJws.sign(SigningAlgorithm.EDDSA.id(), key.id(), TYP, payload, key::sign);
    }

    /** True when {@code statement} is ours and says exactly this. */
    boolean says(String statement, long version, String hash) {
        try {
            var jws = CompactJws.parse(statement, MAX_LENGTH);
            return jws.headerText("alg").equals(SigningAlgorithm.EDDSA.id())
                    && jws.headerText("typ").equals(TYP)
                    && SigningAlgorithm.EDDSA.verify(
                            Ed25519.publicKey(keys.checkpointKey().publicKey()), jws.signingInput(), jws.signature())
                    && jws.payload().path("version").asLong(0) == version
                    && jws.claim("hash").equals(hash);
        } catch (InvalidJws e) {
            return false;
        }
    }
}
