package dev.countersign.webauthn;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.ScopedSessions;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;

/** Authenticators: their pages, their verification, and the step-up that they give. */
public final class WebauthnFeature {
    private final RegisteredAuthenticators authenticators;
    private final Function<ReregistrationGate, ReregistrationRoutes> reregistration;
    private final AuthenticatorRoutes authenticatorRoutes;
    private final StepUpRoutes stepUpRoutes;

    private WebauthnFeature(
            RegisteredAuthenticators authenticators,
            Function<ReregistrationGate, ReregistrationRoutes> reregistration,
            AuthenticatorRoutes authenticatorRoutes,
            StepUpRoutes stepUpRoutes) {
        this.authenticators = authenticators;
        this.reregistration = reregistration;
        this.authenticatorRoutes = authenticatorRoutes;
        this.stepUpRoutes = stepUpRoutes;
    }

    /** @param observer is told of every change of an authenticator */
    public static WebauthnFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            Sessions sessions,
            StepUps stepUps,
            BrowserSessions browserSessions,
            ScopedSessions scopedSessions,
            OtherStepUp otherStepUp,
            Pages pages,
            CredentialObserver observer,
            InstantSource clock,
            SecureRandom random) {
        var credentials = new CredentialStore(database, journal, clock, observer);
        var ceremonies = new Ceremonies(settings.webauthn());
        var challenges = new Challenges(journal, clock, random);
        var refusals = new Refusals(database, journal, clock, random);
        var authenticators = new RegisteredAuthenticators(settings.webauthn(), credentials, ceremonies, refusals);
        return new WebauthnFeature(
                authenticators,
                gate -> new ReregistrationRoutes(
                        authenticators, credentials, challenges, refusals, browserSessions, gate, clock),
                new AuthenticatorRoutes(
                        authenticators,
                        credentials,
                        ceremonies,
                        challenges,
                        browserSessions,
                        scopedSessions,
                        pages,
                        clock),
                new StepUpRoutes(
                        authenticators,
                        challenges,
                        refusals,
                        sessions,
                        stepUps,
                        browserSessions,
                        otherStepUp,
                        pages,
                        clock));
    }

    public Authenticators authenticators() {
        return authenticators;
    }

    /** For a person who says "this was not me". */
    public Reregistration reregistration() {
        return CredentialStore::disown;
    }

    /** @param gate what policy says of registering an authenticator again */
    public void routes(HttpRouting.Builder routing, ReregistrationGate gate) {
        reregistration.apply(gate).register(routing);
        authenticatorRoutes.register(routing);
        stepUpRoutes.register(routing);
    }
}
