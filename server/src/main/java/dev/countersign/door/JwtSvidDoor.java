package dev.countersign.door;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.KeySets;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Sha256;
import dev.countersign.session.Acr;
import dev.countersign.session.Admission;
import dev.countersign.session.Assurance;
import dev.countersign.session.Door;
import dev.countersign.session.Principal;
import dev.countersign.session.WorkloadClaims;
import dev.countersign.trust.SpiffeId;
import dev.countersign.trust.TrustBundle;
import dev.countersign.trust.TrustBundles;
import dev.countersign.trust.TrustUnavailable;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets in workloads of the trust domains that settings name, by JWT-SVID (SPIFFE JWT-SVID §2–§4). The trust domain of
 * {@code sub} says whose keys count, and no others do.
 */
final class JwtSvidDoor implements Door {
    /** Of those that §2.1 lists, the ones that this server has; EdDSA is not among them. */
    private static final Set<SigningAlgorithm> ALGORITHMS =
            EnumSet.of(SigningAlgorithm.ES256, SigningAlgorithm.ES384, SigningAlgorithm.PS256, SigningAlgorithm.RS256);

    private static final Set<String> HEADER = Set.of("alg", "kid", "typ");
    private static final Set<String> TYPES = Set.of("JWT", "JOSE");

    private final Terms terms;
    private final TrustBundles bundles;
    private final InstantSource clock;

    JwtSvidDoor(Terms terms, TrustBundles bundles, InstantSource clock) {
        this.terms = terms;
        this.bundles = bundles;
        this.clock = clock;
    }

    @Override
    public boolean isFor(String type, CompactJws token) {
        return type.equals(JWT) && token.payload().path("sub").asString("").startsWith("spiffe://");
    }

    @Override
    public Admission admit(String text, CompactJws token) {
        try {
            var now = clock.instant();
            requireHeader(token);
            TokenClaims.requireAudience(token, terms);
            var expiresAt = TokenClaims.requireTimes(token, now);
            TokenClaims.refuseDelegation(token);
            var key = TokenClaims.boundKey(token);
            var id = SpiffeId.of(TokenClaims.name(token.claim("sub")))
                    .orElseThrow(() -> new InvalidJws("its subject is no SPIFFE id of a workload"));
            var bundle = bundles.of(id.trustDomain())
                    .orElseThrow(() -> new InvalidJws("its trust domain is not configured"));
            Signatures.require(token, (jws, algorithm) -> candidates(bundle, jws, algorithm));
            return new Admission.Admitted(
                    new Principal(Principal.Kind.WORKLOAD, id.toString()),
                    "spiffe://" + id.trustDomain(),
                    new Assurance(Acr.BASE, Set.of(), TokenClaims.issuedAt(token, now)),
                    Set.of(),
                    WorkloadClaims.of(Map.of("trust_domain", id.trustDomain())),
                    TokenClaims.notAfter(expiresAt, terms, now),
                    terms.reuse(),
                    Sha256.base64url(token.signingInput()),
                    ClockSkew.remembered(expiresAt),
                    key);
        } catch (InvalidJws e) {
            return new Admission.Refused(e.text());
        } catch (TrustUnavailable e) {
            return new Admission.Unavailable(e.text());
        }
    }

    /** §2: a header that is not described there must not be in it. */
    private static void requireHeader(CompactJws token) {
        if (!HEADER.containsAll(token.header().propertyNames())) {
            throw new InvalidJws("its header has members that a JWT-SVID must not have");
        }
        if (token.header().has("typ") && !TYPES.contains(token.headerText("typ"))) {
            throw new InvalidJws("it is of another type");
        }
        if (!ALGORITHMS.contains(SigningAlgorithm.of(token.headerText("alg")))) {
            throw new InvalidJws("its algorithm is not one of a JWT-SVID");
        }
    }

    private List<PublicKey> candidates(TrustBundle bundle, CompactJws token, SigningAlgorithm algorithm) {
        var found = in(bundle.jwtKeys(), token, algorithm);
        return found.isEmpty() ? in(bundles.newer(bundle).jwtKeys(), token, algorithm) : found;
    }

    private static List<PublicKey> in(JWKSet keys, CompactJws token, SigningAlgorithm algorithm) {
        return KeySets.candidates(keys, token, algorithm);
    }
}
