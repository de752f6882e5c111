package dev.countersign.dbsc;

import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.PublicJwk;
import dev.countersign.jose.SigningAlgorithm;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A DBSC proof (draft "DBSC Proof JWT Syntax"), read but not verified. Chromium puts the key into the header of a
 * registration as {@code jwk}, sends none in a refresh, and sends neither {@code aud} nor {@code iat}: the challenge alone
 * says that a proof is ours and fresh.
 *
 * @param challenge its {@code jti}
 * @param authorization what the registration header asked to bring back, or null
 */
record DbscProof(
        CompactJws jws,
        SigningAlgorithm algorithm,
        String challenge,
        @Nullable String authorization) {
    /** Longest proof, characters. */
    static final int MAX_LENGTH = 8 * 1024;

    /** The only two the draft knows. */
    private static final Set<SigningAlgorithm> ALGORITHMS = Set.of(SigningAlgorithm.ES256, SigningAlgorithm.RS256);

    /** Reads {@code jwt}. Throws {@link InvalidJws} naming what is wrong. */
    static DbscProof read(String jwt) {
        var jws = CompactJws.parse(jwt, MAX_LENGTH);
        if (!jws.headerText("typ").equals("dbsc+jwt")) {
            throw new InvalidJws("Not a DBSC proof");
        }
        var algorithm = SigningAlgorithm.of(jws.headerText("alg"));
        if (!ALGORITHMS.contains(algorithm)) {
            throw new InvalidJws("The algorithm was not offered");
        }
        var authorization = jws.payload().has("authorization") ? jws.claim("authorization") : null;
        return new DbscProof(jws, algorithm, jws.claim("jti"), authorization);
    }

    /** The key that the proof brings. Throws {@link InvalidJws} unless it is a public key of the algorithm's type. */
    BrowserKey newKey() {
        if (!jws.header().has("jwk")) {
            throw new InvalidJws("The proof has no key");
        }
        return BrowserKey.of(jws.header().get("jwk"), algorithm);
    }

    /** Throws {@link InvalidJws} unless {@code key} signed the proof, with its own algorithm and under no other name. */
    void verifyBy(BrowserKey key) {
        if (algorithm != key.algorithm()) {
            throw new InvalidJws("The proof uses another algorithm than the key was registered with");
        }
        if (jws.header().has("jwk")
                && !PublicJwk.of(jws.header().get("jwk")).thumbprint().equals(key.thumbprint())) {
            throw new InvalidJws("The proof brings another key");
        }
        if (!algorithm.verify(key.key(), jws.signingInput(), jws.signature())) {
            throw new InvalidJws("The proof's signature does not verify");
        }
    }

    @Override
    public String toString() {
        return "DbscProof";
    }

    /** True for members that say which session or address the proof is for, and mean another one. */
    boolean isForAnother(String subject, String audience) {
        return differs("sub", subject) || differs("aud", audience);
    }

    private boolean differs(String claim, String expected) {
        JsonNode value = jws.payload().get(claim);
        return value != null && !(value.isString() && value.stringValue().equals(expected));
    }
}
