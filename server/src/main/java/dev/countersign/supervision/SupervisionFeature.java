package dev.countersign.supervision;

import dev.countersign.Settings;
import dev.countersign.certificate.RequestCertificates;
import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.TokenCallers;
import dev.countersign.http.Pages;
import dev.countersign.policy.PolicySet;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.SessionFeature;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequestTasks;
import dev.countersign.transaction.DisownedConsents;
import dev.countersign.webauthn.Reregistration;
import dev.countersign.webauthn.ReregistrationGate;
import io.helidon.webserver.http.HttpRouting;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Sessions as people see and end them. */
public final class SupervisionFeature {
    private final MySessionsRoutes mine;
    private final PeoplesSessionsRoutes peoples;
    private final ReregistrationGate gate;
    private final OperatorPolicy operators;

    private SupervisionFeature(
            MySessionsRoutes mine, PeoplesSessionsRoutes peoples, ReregistrationGate gate, OperatorPolicy operators) {
        this.mine = mine;
        this.peoples = peoples;
        this.gate = gate;
        this.operators = operators;
    }

    /** @param browserClient the client of browsers' own sessions */
    public static SupervisionFeature wire(
            Settings settings,
            Database database,
            SessionFeature sessions,
            RequestCertificates certificates,
            BrowserSessions browsers,
            String browserClient,
            Reregistration authenticators,
            DisownedConsents consents,
            AccessRequestTasks requests,
            OwnDecisions decisions,
            Supplier<PolicySet> policies,
            Pages pages,
            InstantSource clock) {
        var issuer = settings.issuer();
        var tree = new SessionTree(browserClient);
        var disowning = new Disowning(sessions.ending(), authenticators, consents, clock);
        var operators = new OperatorPolicy(
                issuer, browsers, new TokenCallers(issuer, sessions.check(), certificates), decisions, policies, clock);
        return new SupervisionFeature(
                new MySessionsRoutes(
                        browsers,
                        sessions.sessions(),
                        sessions.search(),
                        sessions.ending(),
                        disowning,
                        tree,
                        pages,
                        clock),
                new PeoplesSessionsRoutes(
                        operators,
                        browsers,
                        sessions.sessions(),
                        sessions.search(),
                        sessions.ending(),
                        new Alarms(database),
                        tree,
                        pages,
                        clock),
                new ReregistrationByPolicy(issuer, decisions, requests, policies),
                operators);
    }

    /** What policy says of registering an authenticator again. */
    public ReregistrationGate reregistration() {
        return gate;
    }

    /** Who administers by browser or token, and what policy says of it. */
    public OperatorPolicy operators() {
        return operators;
    }

    public void routes(HttpRouting.Builder routing) {
        mine.register(routing);
        peoples.register(routing);
    }
}
