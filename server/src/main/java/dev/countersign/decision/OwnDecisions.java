package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.policy.Answer;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.Value;
import dev.countersign.session.Presented;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.transaction.Receipt;
import dev.countersign.transaction.Transactions;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decisions about what is done to Countersign itself. It is its own enforcement point, {@value #ENFORCEMENT_POINT}, and
 * asks on the same path as any other: policy, requirements, approvals over exactly these bytes, evidence before the answer.
 */
public final class OwnDecisions {
    /** Our name as an enforcement point; no other may have it. */
    public static final String ENFORCEMENT_POINT = "countersign";

    /** Ourselves. */
    public static final EnforcementPoint SELF = new EnforcementPoint(ENFORCEMENT_POINT, Set.of());

    private final Decisions decisions;
    private final Transactions transactions;
    private final StoredEntities entities;
    private final Surroundings surroundings;
    private final InstantSource clock;

    OwnDecisions(
            Decisions decisions,
            Transactions transactions,
            StoredEntities entities,
            Surroundings surroundings,
            InstantSource clock) {
        this.decisions = decisions;
        this.transactions = transactions;
        this.entities = entities;
        this.surroundings = surroundings;
        this.clock = clock;
    }

    /** Decides and records; throws Problem as any decision does. */
    public Decided decide(Caller caller, Intent asked) {
        var decision = decisions.decide(SELF, question(caller, asked), presented -> caller.checked());
        return new Decided(
                decision.isPermit(),
                decision.evaluationId(),
                decision.receipt(),
                !decision.requirements().isEmpty()
                        && decision.requirements().stream().allMatch(OwnDecisions::isOfPeople),
                DecisionJson.write(decision));
    }

    /** True when {@code set} refuses this for good, whatever else happens. Records nothing, spends nothing. */
    public boolean isRefusedBy(PolicySet set, Caller caller, Intent asked) {
        var question = question(caller, asked);
        var session = caller.checked().session();
        if (!session.grant().isFor(ENFORCEMENT_POINT)
                || !session.grant().details().isEmpty()) {
            return true;
        }
        var transaction = question.transaction() == null
                ? null
                : transactions.read(
                        SELF,
                        session.principal(),
                        session.person(),
                        asked.action(),
                        asked.resourceType(),
                        asked.resourceId(),
                        question.transaction());
        var now = clock.instant();
        var facts = new Facts(
                SELF,
                question,
                new Actor.Account(session.principal(), session.person()),
                session,
                caller.checked().provedAt(),
                surroundings.around(session, question.ip(), now),
                transaction,
                null,
                now);
        var put = Asked.of(facts, set, entities.with(set));
        var evaluation = set.evaluate(put.request(), put.all());
        return evaluation.answer(requirement -> false) instanceof Answer.Deny;
    }

    private static Question question(Caller caller, Intent asked) {
        var principal = caller.checked().session().principal();
        return new Question(
                "",
                new Question.Subject(principal.type(), principal.id(), Map.of()),
                new Question.Action(asked.action(), Map.of()),
                new Question.Resource(asked.resourceType(), asked.resourceId(), asked.properties()),
                Map.of(),
                caller.presented(),
                QuestionReader.address(caller.presented().ip()),
                asked.transaction() == null ? null : Fields.of(asked.transaction(), "/transaction"),
                asked.approval());
    }

    private static boolean isOfPeople(Requirement requirement) {
        return requirement instanceof Requirement.Approval || requirement instanceof Requirement.Signature;
    }

    /** Whose request it is: what was presented, and the live session that came of checking it. */
    public record Caller(Presented presented, Checked.Live checked) {}

    /**
     * What is asked.
     *
     * @param properties of the resource, as policies see them
     * @param transaction {@code {id, type, details}}, or null
     * @param approval id of the approval that the caller names, or null
     */
    public record Intent(
            String action,
            String resourceType,
            String resourceId,
            Map<String, Value> properties,
            @Nullable JsonNode transaction,
            @Nullable String approval) {
        public Intent {
            properties = Map.copyOf(properties);
        }

        /** One about a resource of which nothing is said. */
        public Intent(
                String action,
                String resourceType,
                String resourceId,
                @Nullable JsonNode transaction,
                @Nullable String approval) {
            this(action, resourceType, resourceId, Map.of(), transaction, approval);
        }
    }

    /**
     * The decision.
     *
     * @param receipt with a permit for a transaction, else null
     * @param waitsForPeople true when nothing is open but what other people, or the requester's signature, can give
     * @param answer as AuthZEN writes it
     */
    public record Decided(
            boolean isPermit,
            String evaluationId,
            @Nullable Receipt receipt,
            boolean waitsForPeople,
            ObjectNode answer) {}
}
