package dev.countersign.decision;

import dev.countersign.policy.Answer;
import dev.countersign.policy.LongValue;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.Requirement;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecords;
import dev.countersign.session.Sessions;
import dev.countersign.transaction.AccessRequest;
import dev.countersign.transaction.Reconsideration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the live policies again about requests that people were asked to sign: with what policies saw when they were denied,
 * kept in the record of that decision, and the risk of now. Without a record (it may have been dropped) nothing is said.
 */
final class PolicyReconsideration implements Reconsideration {
    /** Most requests whose last look is remembered; the oldest are looked at once more for nothing. */
    static final int MAX_REMEMBERED = 10_000;

    private static final String RISK = "risk";

    private final Supplier<PolicySet> policies;
    private final StoredEntities entities;
    private final Surroundings surroundings;
    private final DecisionRecords records;
    private final Sessions sessions;
    private final Map<String, Look> looks = new LinkedHashMap<>(); // by request; only the watch's thread uses it

    PolicyReconsideration(
            Supplier<PolicySet> policies,
            StoredEntities entities,
            Surroundings surroundings,
            DecisionRecords records,
            Sessions sessions) {
        this.policies = policies;
        this.entities = entities;
        this.surroundings = surroundings;
        this.records = records;
        this.sessions = sessions;
    }

    @Override
    public synchronized Verdict of(AccessRequest request, Instant now) {
        var live = policies.get();
        var risk = risk(request, now);
        var look = new Look(live.hash().value(), score(risk));
        var last = looks.put(request.id(), look);
        while (looks.size() > MAX_REMEMBERED) {
            looks.remove(looks.keySet().iterator().next());
        }
        if (look.equals(last) || (last == null && look.policy().equals(request.policy()) && look.score() == 0)) {
            return new Verdict.Unchanged();
        }
        return records.find(request.evaluationId())
                .map(record -> verdict(live, record, risk))
                .orElseGet(Verdict.Unchanged::new);
    }

    private @Nullable RecordValue risk(AccessRequest request, Instant now) {
        return sessions.find(request.session())
                .map(session -> surroundings.around(session, null, now).risk())
                .orElse(null);
    }

    private static long score(@Nullable RecordValue risk) {
        return risk != null && risk.get("score") instanceof LongValue score ? score.value() : 0;
    }

    private Verdict verdict(PolicySet live, DecisionRecord record, @Nullable RecordValue risk) {
        var asked = record.request();
        var context = new LinkedHashMap<>(asked.context().members());
        if (risk != null) {
            context.put(RISK, risk);
        }
        var request = live.requests()
                .declared(
                        new Request(asked.principal(), asked.action(), asked.resource(), RecordValue.of(context)),
                        Set.of(RISK));
        var all = entities.with(live).with(record.entities());
        if (!live.requests().faults(request, all).isEmpty()) {
            return new Verdict
                    .Unchanged(); // what was seen then is no question to these policies: the next evaluation says
        }
        var evaluation = live.evaluate(request, all);
        var hash = live.hash().value();
        return switch (evaluation.answer(PolicyReconsideration::isTheCallersOwn)) {
            case Answer.Deny deny -> new Verdict.Refused(hash, Reasons.text(deny));
            case Answer.Permit permit -> new Verdict.Unchanged(); // nobody needs to sign; spending finds that out
            case Answer.Open open ->
                new Verdict.Needed(
                        hash,
                        Requirements.needs(evaluation.forbids()),
                        Requirements.wantSignature(evaluation.forbids()));
        };
    }

    /** What the caller does alone, when it asks again, is nothing that approvers wait for. */
    private static boolean isTheCallersOwn(Requirement requirement) {
        return requirement instanceof Requirement.StepUp || requirement instanceof Requirement.Proof;
    }

    /** What mattered at the last look. */
    private record Look(String policy, long score) {}
}
