package dev.countersign.decision;

import dev.countersign.Settings;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecords;
import dev.countersign.review.Reviews;
import dev.countersign.session.People;
import dev.countersign.session.SessionCheck;
import dev.countersign.session.Sessions;
import dev.countersign.transaction.Reconsideration;
import dev.countersign.transaction.Transactions;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The AuthZEN decision point. */
public final class DecisionFeature {
    private final DecisionRoutes routes;
    private final SearchRoutes searchRoutes;
    private final OwnDecisions own;
    private final Function<DecisionRecords, Reconsideration> reconsideration;

    private DecisionFeature(
            DecisionRoutes routes,
            SearchRoutes searchRoutes,
            OwnDecisions own,
            Function<DecisionRecords, Reconsideration> reconsideration) {
        this.routes = routes;
        this.searchRoutes = searchRoutes;
        this.own = own;
        this.reconsideration = reconsideration;
    }

    /**
     * {@code policies} gives the live set; it is taken once for each decision. {@code records} takes what was decided when
     * its evidence is durable, and must not block.
     */
    public static DecisionFeature wire(
            Settings settings,
            SessionCheck sessions,
            Sessions live,
            People people,
            Transactions transactions,
            EnforcementPoints enforcementPoints,
            Supplier<PolicySet> policies,
            StoredEntities entities,
            Surroundings surroundings,
            Reviews reviews,
            Journal journal,
            Consumer<DecisionRecord> records,
            KeyRing keys,
            InstantSource clock,
            SecureRandom random) {
        var ids = new RandomIds(random);
        var misfits = new RequestMisfits(settings.policies().requests());
        var decisions = new Decisions(
                sessions,
                people,
                transactions,
                policies,
                entities,
                surroundings,
                misfits,
                reviews,
                journal,
                records,
                ids,
                clock);
        var tokens = new PageTokens(keys.seal("search page"));
        var searches = new Searches(
                sessions,
                people,
                new Requirements(transactions),
                policies,
                entities,
                surroundings,
                tokens,
                journal,
                ids,
                clock);
        return new DecisionFeature(
                new DecisionRoutes(decisions, enforcementPoints, settings.issuer()),
                new SearchRoutes(searches, tokens, enforcementPoints),
                new OwnDecisions(decisions, transactions, entities, surroundings, clock),
                kept -> new PolicyReconsideration(policies, entities, surroundings, kept, live));
    }

    /** Decisions about what is done to Countersign itself. */
    public OwnDecisions own() {
        return own;
    }

    /** What policies say of open requests, from {@code records} of what they saw. */
    public Reconsideration reconsideration(DecisionRecords records) {
        return reconsideration.apply(records);
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
        searchRoutes.register(routing);
    }
}
