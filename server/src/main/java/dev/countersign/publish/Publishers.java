package dev.countersign.publish;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.KeySets;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.publish.InvalidBundle.Reason;
import java.text.ParseException;

/** The keys of the settings that may sign versions. They are outside of the database, and only their public part is here. */
final class Publishers {
    private final JWKSet keys;

    private Publishers(JWKSet keys) {
        this.keys = keys;
    }

    /** Reads a JWK set. Throws {@link IllegalStateException} unless each key is public, fit for signing and has a kid. */
    static Publishers of(String jwks) {
        try {
            var keys = JWKSet.parse(jwks);
            if (keys.isEmpty()) {
                throw new IllegalStateException("policies.publishers: no key");
            }
            for (var key : keys.getKeys()) {
                if (key.isPrivate() || key.getKeyID() == null) {
                    throw new IllegalStateException(
                            "policies.publishers: each key must be a public one and have a kid of its own");
                }
            }
            if (keys.getKeys().stream().map(key -> key.getKeyID()).distinct().count() != keys.size()) {
                throw new IllegalStateException("policies.publishers: two keys have the same kid");
            }
            return new Publishers(keys);
        } catch (ParseException e) {
            throw new IllegalStateException("policies.publishers: not a JWK set", e);
        }
    }

    /** What {@code jws} says, when one of the publishers made it. Throws {@link InvalidBundle}. */
    SignedVersion verify(String jws) {
        try {
            var parsed = CompactJws.parse(jws, SignedVersion.MAX_JWS);
            var signed = SignedVersion.read(jws, parsed);
            var algorithm = SigningAlgorithm.of(parsed.headerText("alg"));
            for (var key : KeySets.candidates(keys, parsed, algorithm)) {
                if (algorithm.verify(key, parsed.signingInput(), parsed.signature())) {
                    return signed;
                }
            }
        } catch (InvalidJws e) {
            throw new InvalidBundle(Reason.UNTRUSTED, "The signature cannot be read: " + e.text());
        }
        throw new InvalidBundle(Reason.UNTRUSTED, "No publisher of the settings has signed it");
    }
}
