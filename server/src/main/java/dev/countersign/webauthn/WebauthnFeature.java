package dev.countersign.webauthn;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Authenticators: their pages, their verification, and the step-up that they give. */
public final class WebauthnFeature {
    private final RegisteredAuthenticators authenticators;
    private final AuthenticatorRoutes authenticatorRoutes;
    private final StepUpRoutes stepUpRoutes;

    private WebauthnFeature(
            RegisteredAuthenticators authenticators,
            AuthenticatorRoutes authenticatorRoutes,
            StepUpRoutes stepUpRoutes) {
        this.authenticators = authenticators;
        this.authenticatorRoutes = authenticatorRoutes;
        this.stepUpRoutes = stepUpRoutes;
    }

    public static WebauthnFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            Sessions sessions,
            BrowserSessions browserSessions,
            OtherStepUp otherStepUp,
            Pages pages,
            InstantSource clock,
            SecureRandom random) {
        var credentials = new CredentialStore(database, journal, clock);
        var ceremonies = new Ceremonies(settings.webauthn());
        var challenges = new Challenges(journal, clock, random);
        var refusals = new Refusals(database, journal, clock, random);
        var authenticators = new RegisteredAuthenticators(settings.webauthn(), credentials, ceremonies, refusals);
        return new WebauthnFeature(
                authenticators,
                new AuthenticatorRoutes(
                        authenticators, credentials, ceremonies, challenges, browserSessions, pages, clock),
                new StepUpRoutes(
                        authenticators, challenges, refusals, sessions, browserSessions, otherStepUp, pages, clock));
    }

    public Authenticators authenticators() {
        return authenticators;
    }

    public void routes(HttpRouting.Builder routing) {
        authenticatorRoutes.register(routing);
        stepUpRoutes.register(routing);
    }
}
