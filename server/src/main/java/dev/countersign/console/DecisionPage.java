package dev.countersign.console;

import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Value;
import dev.countersign.policy.ValueText;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One decision as its page shows it.
 *
 * @param style of the outcome's badge
 * @param requirements what matching policies required
 * @param facts attributes that policies saw, by their path
 * @param livePolicySet hash of the set that is live now
 * @param why by the live set, or null when policies were not asked
 * @param now what the live set would answer now when that is something else, or null
 */
public record DecisionPage(
        String evaluationId,
        String at,
        String outcome,
        String style,
        String text,
        String enforcementPoint,
        String principal,
        String action,
        String resource,
        List<String> policies,
        List<RequirementView> requirements,
        List<Map.Entry<String, String>> facts,
        long evidenceIndex,
        String policySet,
        String livePolicySet,
        @Nullable WhyView why,
        @Nullable String now) {
    /** Attributes shown; a record may have thousands. */
    static final int MAX_FACTS = 200;

    /** A requirement and whether it was met then. */
    public record RequirementView(String text, String policy, boolean satisfied) {}

    /** True when other policies are live than those that decided. */
    public boolean isOtherSet() {
        return !policySet.equals(livePolicySet);
    }

    /** True when policies had a say. */
    public boolean isEvaluated() {
        return why != null;
    }

    static DecisionPage of(DecisionRecord decision, String live, @Nullable WhyView why, @Nullable String now) {
        var permitted = decision.code().equals("permitted");
        var answered = decision.answered();
        var open = answered != null && answered.outcome() == Outcome.OPEN;
        var request = decision.request();
        return new DecisionPage(
                decision.evaluationId(),
                decision.at().truncatedTo(ChronoUnit.MILLIS).toString(),
                decision.code().replace('_', ' '),
                permitted ? "good" : open ? "wait" : "bad",
                decision.text(),
                decision.enforcementPoint(),
                request.principal().toString(),
                request.action().id(),
                request.resource().toString(),
                decision.policies(),
                answered == null ? List.of() : requirements(answered),
                facts(decision),
                decision.evidenceIndex(),
                decision.policySet(),
                live,
                why,
                now);
    }

    private static List<RequirementView> requirements(Answered answered) {
        return answered.requirements().stream()
                .map(stated -> new RequirementView(
                        RequirementText.of(stated.requirement()),
                        stated.requirement().policy(),
                        stated.satisfied()))
                .toList();
    }

    private static List<Map.Entry<String, String>> facts(DecisionRecord decision) {
        var facts = new ArrayList<Map.Entry<String, String>>();
        for (var entity : decision.entities()) {
            var name = entity.uid().equals(decision.request().principal()) ? "principal" : "resource";
            add(name, entity.attributes(), facts);
            entity.parents().stream()
                    .map(Object::toString)
                    .sorted()
                    .forEach(parent -> facts.add(Map.entry(name, "in " + parent)));
        }
        add("context", decision.request().context(), facts);
        return facts.stream().limit(MAX_FACTS).toList();
    }

    private static void add(String path, Value value, List<Map.Entry<String, String>> facts) {
        if (facts.size() > MAX_FACTS) {
            return;
        }
        if (value instanceof RecordValue record) {
            record.members().forEach((name, member) -> add(path + "." + name, member, facts));
        } else {
            facts.add(Map.entry(path, ValueText.of(value)));
        }
    }
}
