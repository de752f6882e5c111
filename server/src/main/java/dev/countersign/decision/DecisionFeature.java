package dev.countersign.decision;

import dev.countersign.Settings;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.session.People;
import dev.countersign.session.SessionCheck;
import dev.countersign.transaction.Transactions;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The AuthZEN decision point. */
public final class DecisionFeature {
    private final DecisionRoutes routes;
    private final OwnDecisions own;

    private DecisionFeature(DecisionRoutes routes, OwnDecisions own) {
        this.routes = routes;
        this.own = own;
    }

    /**
     * {@code policies} gives the live set; it is taken once for each decision. {@code records} takes what was decided when
     * its evidence is durable, and must not block.
     */
    public static DecisionFeature wire(
            Settings settings,
            SessionCheck sessions,
            People people,
            Transactions transactions,
            EnforcementPoints enforcementPoints,
            Supplier<PolicySet> policies,
            Journal journal,
            Consumer<DecisionRecord> records,
            InstantSource clock,
            SecureRandom random) {
        var misfits = new RequestMisfits(settings.policies().requests());
        var decisions = new Decisions(
                sessions, people, transactions, policies, misfits, journal, records, new RandomIds(random), clock);
        return new DecisionFeature(
                new DecisionRoutes(decisions, enforcementPoints, settings.issuer()),
                new OwnDecisions(decisions, transactions, clock));
    }

    /** Decisions about what is done to Countersign itself. */
    public OwnDecisions own() {
        return own;
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
    }
}
