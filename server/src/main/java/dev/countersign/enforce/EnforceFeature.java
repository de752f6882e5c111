package dev.countersign.enforce;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.RandomIds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** Enforcement points: who they are and the tokens they get for their keys. */
public final class EnforceFeature {
    private final Settings settings;
    private final ClientAssertions assertions;
    private final EnforcerTokens tokens;
    private final EnforcementPoints points;

    private EnforceFeature(Settings settings, ClientAssertions assertions, EnforcerTokens tokens) {
        this.settings = settings;
        this.assertions = assertions;
        this.tokens = tokens;
        this.points = new ConfiguredEnforcementPoints(settings.enforcementPoints(), tokens);
    }

    public static EnforceFeature wire(
            Settings settings, OwnTokens tokens, Journal journal, InstantSource clock, SecureRandom random) {
        var issuer = settings.issuer().toString();
        return new EnforceFeature(
                settings,
                new ClientAssertions(issuer, journal, clock),
                new EnforcerTokens(tokens, issuer, clock, new RandomIds(random)));
    }

    public EnforcementPoints enforcementPoints() {
        return points;
    }

    public ClientAssertions assertions() {
        return assertions;
    }

    /** An access token for the enforcement point that {@code assertion} proves. Throws {@link InvalidJws}. */
    public String token(String assertion) {
        var id = ClientAssertions.claimedClient(assertion);
        for (var enforcer : settings.enforcementPoints()) {
            var jwks = enforcer.jwks();
            if (enforcer.id().equals(id) && jwks != null) {
                assertions.verify(assertion, id, jwks);
                return tokens.issue(id);
            }
        }
        throw new InvalidJws("The client is not known");
    }

    /** How long such a token lives. */
    public static Duration tokenLifetime() {
        return EnforcerTokens.LIFETIME;
    }
}
