package dev.countersign.door;

import dev.countersign.DoorSettings.Ci;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.key.Sha256;
import dev.countersign.session.Acr;
import dev.countersign.session.Admission;
import dev.countersign.session.Assurance;
import dev.countersign.session.Door;
import dev.countersign.session.Principal;
import dev.countersign.session.WorkloadClaims;
import dev.countersign.trust.IssuerKeys;
import dev.countersign.trust.TrustUnavailable;
import java.time.InstantSource;
import java.util.Set;

/** Lets in jobs of one CI system, by the OpenID Connect token that it gives to each. */
final class CiDoor implements Door {
    private final Ci settings;
    private final IssuerKeys keys;
    private final InstantSource clock;

    CiDoor(Ci settings, IssuerKeys keys, InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public boolean isFor(String type, CompactJws token) {
        return type.equals(JWT)
                && settings.issuer()
                        .toString()
                        .equals(token.payload().path("iss").asString(""));
    }

    @Override
    public Admission admit(String text, CompactJws token) {
        try {
            var now = clock.instant();
            if (token.header().has("typ") && !token.headerText("typ").equalsIgnoreCase("JWT")) {
                return new Admission.Refused("it is of another type");
            }
            TokenClaims.requireAudience(token, settings.terms());
            var expiresAt = TokenClaims.requireTimes(token, now);
            TokenClaims.refuseDelegation(token);
            var key = TokenClaims.boundKey(token);
            CiCheck.require(token, settings);
            Signatures.require(token, keys::candidates);
            return new Admission.Admitted(
                    new Principal(Principal.Kind.WORKLOAD, TokenClaims.name(token.claim("sub"))),
                    settings.issuer().toString(),
                    new Assurance(Acr.BASE, Set.of(), TokenClaims.issuedAt(token, now)),
                    Set.of(),
                    WorkloadClaims.of(CiCheck.attributes(token, settings)),
                    TokenClaims.notAfter(expiresAt, settings.terms(), now),
                    settings.terms().reuse(),
                    Sha256.base64url(token.signingInput()),
                    ClockSkew.remembered(expiresAt),
                    key);
        } catch (InvalidJws e) {
            return new Admission.Refused(e.text());
        } catch (TrustUnavailable e) {
            return new Admission.Unavailable(e.text());
        }
    }
}
