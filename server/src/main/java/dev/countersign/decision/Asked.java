package dev.countersign.decision;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Evaluation;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.RequestFault;
import dev.countersign.policy.RequestSchema;
import dev.countersign.policy.Requirement;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.DecisionRecord.Stated;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What policies were asked, and then what they said. Lives on one thread, for one question. */
final class Asked {
    private final Request request;
    private final Entities all;
    private final List<RequestFault> faults;
    private @Nullable Answered answered;

    private Asked(Request request, Entities all, List<RequestFault> faults) {
        this.request = request;
        this.all = all;
        this.faults = faults;
    }

    /** @param stored what is known of entities besides: {@link StoredEntities#with} of the same policies */
    static Asked of(Facts facts, PolicySet policy, Entities stored) {
        var claims = policy.claims();
        var whole = of(CedarRequests.request(facts), CedarRequests.entities(facts, claims, stored), policy.requests());
        return whole.faults.isEmpty() ? whole : trimmed(facts, policy, stored); // mostly nothing is to be trimmed
    }

    private static Asked trimmed(Facts facts, PolicySet policy, Entities stored) {
        var schema = policy.requests();
        return of(
                CedarRequests.request(facts, schema),
                CedarRequests.entities(facts, policy.claims(), stored, schema),
                schema);
    }

    private static Asked of(Request request, Entities all, RequestSchema schema) {
        return new Asked(request, all, schema.faults(request, all));
    }

    /** Why it does not fit the schema; empty when it does. */
    List<RequestFault> faults() {
        return faults;
    }

    Request request() {
        return request;
    }

    /** The stored entities and those of this request. */
    Entities all() {
        return all;
    }

    /** Principal and resource as policies saw them. */
    List<Entity> entities() {
        return Stream.of(request.principal(), request.resource())
                .distinct()
                .map(all::get)
                .filter(Objects::nonNull)
                .toList();
    }

    @Nullable
    Answered answered() {
        return answered;
    }

    /** As {@link Evaluation#answer}, remembering it with what each requirement was found to be. */
    Answer answer(Evaluation evaluation, Predicate<Requirement> satisfied) {
        var requirements = new ArrayList<Stated>();
        var answer = evaluation.answer(requirement -> {
            var met = satisfied.test(requirement);
            requirements.add(new Stated(requirement, met));
            return met;
        });
        answered = switch (answer) {
            case Answer.Permit permit -> new Answered(Outcome.PERMIT, ids(permit.policies()), requirements);
            case Answer.Deny deny -> new Answered(Outcome.DENY, ids(deny.policies()), requirements);
            case Answer.Open open -> new Answered(Outcome.OPEN, ids(open.policies()), requirements);
        };
        return answer;
    }

    private static List<String> ids(List<Policy> policies) {
        return policies.stream().map(Policy::id).toList();
    }
}
