package dev.countersign.policy;

import dev.countersign.policy.Explanation.PolicyFinding;
import dev.countersign.policy.Explanation.RequirementFinding;
import dev.countersign.policy.Explanation.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/**
 * Explains what a policy set answers. Deciding knows nothing of it: here the policies concerned are read again from their
 * text, each once when it is first needed, and evaluated piece by piece.
 */
final class Explainer {
    private final PolicySet set;
    private final List<CompiledPolicy> compiled;
    private final List<PolicyText> texts;
    private final AtomicReferenceArray<SourcedPolicy> sourced;

    /** @param texts of the compiled policies, in the same order */
    Explainer(PolicySet set, List<CompiledPolicy> compiled, List<PolicyText> texts) {
        this.set = set;
        this.compiled = List.copyOf(compiled);
        this.texts = List.copyOf(texts);
        this.sourced = new AtomicReferenceArray<>(compiled.size());
    }

    Explanation explain(Request request, Entities entities, Predicate<Requirement> met, boolean otherHeads) {
        var known = new HashMap<Requirement, Boolean>(); // asked once: it may cost a look into a database
        Predicate<Requirement> satisfied = requirement -> known.computeIfAbsent(requirement, met::test);
        var asked = new Variation(request, entities);
        var environment = asked.environment();
        var answer = set.evaluate(request, entities).answer(satisfied);
        var matching = compiled.stream()
                .filter(policy -> headMatches(policy, environment))
                .toList();
        var told = otherHeads ? compiled : matching;
        var shown = sourced(told.stream().limit(Explanation.MAX_POLICIES).toList());
        var concerned = otherHeads
                ? sourced(matching.stream().limit(Explanation.MAX_POLICIES).toList())
                : shown;
        var findings = shown.stream()
                .map(policy -> finding(policy, new Tracer(environment), answer, satisfied))
                .toList();
        var changes = ChangeSearch.changes(
                asked,
                answer,
                concerned,
                compiled,
                changed -> set.evaluate(changed.request(), changed.entities()).answer(satisfied));
        return new Explanation(set.hash(), request, answer, findings, told.size() - shown.size(), changes);
    }

    /** The policy as the reference writes it in JSON. */
    List<SourcedPolicy> all() {
        return sourced(compiled);
    }

    private static boolean headMatches(CompiledPolicy policy, Environment environment) {
        var request = environment.request();
        return policy.principal().matches(request.principal(), environment)
                && policy.action().matches(request.action(), environment)
                && policy.resource().matches(request.resource(), environment);
    }

    private static PolicyFinding finding(
            SourcedPolicy policy, Tracer tracer, Answer answer, Predicate<Requirement> satisfied) {
        var head = tracer.head(policy);
        var matches = head.stream().allMatch(Explanation.HeadFinding::matches);
        var conditions = matches ? tracer.conditions(policy) : List.<Explanation.ConditionFinding>of();
        var verdict = matches ? verdict(conditions) : Verdict.HEAD_DIFFERS;
        var itself = policy.compiled().policy();
        var requirements = verdict == Verdict.MATCHES
                ? itself.requirements().stream()
                        .map(one -> new RequirementFinding(one, satisfied.test(one)))
                        .toList()
                : List.<RequirementFinding>of();
        return new PolicyFinding(
                itself, policy.source(), verdict, answer.policies().contains(itself), head, conditions, requirements);
    }

    private static Verdict verdict(List<Explanation.ConditionFinding> conditions) {
        for (var condition : conditions) {
            if (condition.finding().outcome() == Explanation.Outcome.ERROR) {
                return Verdict.ERROR;
            }
            if (!condition.holds()) {
                return Verdict.CONDITION_FAILS;
            }
        }
        return Verdict.MATCHES;
    }

    private List<SourcedPolicy> sourced(List<CompiledPolicy> policies) {
        if (policies.stream().anyMatch(policy -> sourced.get(policy.order()) == null)) {
            try {
                DeepStack.load(() -> {
                    for (var policy : policies) {
                        if (sourced.get(policy.order()) == null) {
                            sourced.set(policy.order(), SourcedPolicy.of(policy, texts.get(policy.order())));
                        }
                    }
                    return true;
                });
            } catch (PolicyLoadException e) {
                throw new IllegalStateException("A policy that has loaded no longer loads", e);
            }
        }
        var found = new ArrayList<SourcedPolicy>();
        policies.forEach(policy -> found.add(sourced.get(policy.order())));
        return found;
    }
}
