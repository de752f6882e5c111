package dev.countersign.door;

import dev.countersign.DoorSettings.AccessTokens;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.key.Sha256;
import dev.countersign.session.Admission;
import dev.countersign.session.ClaimsMapping;
import dev.countersign.session.Door;
import dev.countersign.trust.IssuerKeys;
import dev.countersign.trust.TrustUnavailable;
import java.time.InstantSource;

/** Lets in JWT access tokens of one identity provider (RFC 9068). */
final class AccessTokenDoor implements Door {
    private final AccessTokens settings;
    private final AccessTokenCheck check;
    private final IssuerKeys keys;
    private final InstantSource clock;

    AccessTokenDoor(AccessTokens settings, ClaimsMapping mapping, IssuerKeys keys, InstantSource clock) {
        this.settings = settings;
        this.check = new AccessTokenCheck(settings, mapping);
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public boolean isFor(String type, CompactJws token) {
        return settings.issuer().toString().equals(token.payload().path("iss").asString(""));
    }

    @Override
    public Admission admit(String text, CompactJws token) {
        try {
            var now = clock.instant();
            check.header(token);
            var expiresAt = check.times(token, now);
            check.claims(token);
            var key = TokenClaims.boundKey(token);
            Signatures.require(token, keys::candidates);
            var principal = check.principal(token);
            var mapped = check.mapped(principal, token.payload());
            return new Admission.Admitted(
                    principal,
                    settings.issuer().toString(),
                    check.assurance(token, now),
                    check.groups(token.payload(), mapped),
                    mapped,
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
