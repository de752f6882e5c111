package dev.countersign.replay;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Evaluation;
import dev.countersign.policy.Explanation;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.Value;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.DecisionRecord.Stated;
import dev.countersign.replay.Difference.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Puts recorded decisions to a candidate and says what differs. Thread-safe.
 *
 * <p>Entities: principal and resource are as recorded; an attribute that the candidate's {@code entities.json} gives wins over
 * the recorded one, parents add up, and groups above them are the candidate's. So what a candidate adds is seen; a membership
 * that it takes away from {@code entities.json} is still in the record.
 */
public final class Replay {
    private final PolicySet candidate;

    public Replay(PolicySet candidate) {
        this.candidate = candidate;
    }

    /** What differs; nothing for a decision that was made without policies. */
    public List<Difference> differences(DecisionRecord decision) {
        var was = decision.answered();
        if (was == null) {
            return List.of();
        }
        var evaluation = evaluate(decision);
        var met = new Remembered(decision, was.requirements());
        var is = evaluation.answer(met);
        var found = new ArrayList<Difference>();
        evaluation
                .errors()
                .forEach(error ->
                        found.add(new Difference(Kind.ERROR, error.policy().id(), error.message())));
        switch (is) {
            case Answer.Deny deny -> denied(was, deny, found);
            case Answer.Permit permit -> permitted(was, permit, found);
            case Answer.Open _ -> opened(was, evaluation, found);
        }
        prompts(was, is instanceof Answer.Open ? open(evaluation, met) : List.of(), is, found);
        return found;
    }

    /** Why this set answers the recorded request as it does. Empty when policies were not asked. */
    public Optional<Explanation> explain(DecisionRecord decision) {
        var answered = decision.answered();
        return answered == null
                ? Optional.empty()
                : Optional.of(candidate.explain(
                        decision.request(),
                        entities(decision),
                        new Remembered(decision, answered.requirements()),
                        false));
    }

    /** The candidate's evaluation of the recorded request. */
    private Evaluation evaluate(DecisionRecord decision) {
        return candidate.evaluate(decision.request(), entities(decision));
    }

    /** The candidate's entities with those of the record. */
    private Entities entities(DecisionRecord decision) {
        var stored = candidate.entities();
        return stored.with(decision.entities().stream()
                .map(entity -> merged(entity, stored))
                .toList());
    }

    private static Entity merged(Entity recorded, Entities stored) {
        var known = stored.get(recorded.uid());
        if (known == null) {
            return recorded;
        }
        var attributes = new LinkedHashMap<String, Value>(recorded.attributes().members());
        attributes.putAll(known.attributes().members());
        var parents = new LinkedHashSet<>(recorded.parents());
        parents.addAll(known.parents());
        return new Entity(recorded.uid(), RecordValue.of(attributes), parents, known.tags());
    }

    private static void denied(Answered was, Answer.Deny is, List<Difference> found) {
        if (was.outcome() == Outcome.DENY) {
            return;
        }
        var reason = is.reason().name().toLowerCase(Locale.ROOT);
        var behind = ids(is.policies());
        if (behind.isEmpty()) { // the permits that were there and no longer hold
            behind = was.outcome() == Outcome.PERMIT ? was.deciding() : List.of(Difference.NO_POLICY);
        }
        behind.forEach(policy -> found.add(new Difference(Kind.NEW_DENIAL, policy, reason)));
    }

    private static void permitted(Answered was, Answer.Permit is, List<Difference> found) {
        if (was.outcome() != Outcome.PERMIT) {
            changed(Kind.NEW_PERMIT, was, ids(is.policies()), found);
        }
    }

    private static void opened(Answered was, Evaluation is, List<Difference> found) {
        if (was.outcome() == Outcome.DENY) {
            changed(Kind.NOW_OBTAINABLE, was, ids(is.permits()), found);
        }
    }

    /** Behind a door that opens stand the policies that held it shut, or the permits where nothing permitted before. */
    private static void changed(Kind kind, Answered was, List<String> permits, List<Difference> found) {
        var behind = was.deciding().isEmpty() ? permits : was.deciding();
        behind.forEach(policy ->
                found.add(new Difference(kind, policy, was.outcome() == Outcome.OPEN ? "was open" : "was refused")));
    }

    /** Where both are open, what was open before is no news; where the candidate refuses for good, nobody is asked. */
    private static void prompts(Answered was, List<Requirement> is, Answer answer, List<Difference> found) {
        var before = was.outcome() != Outcome.OPEN
                ? List.<Requirement>of()
                : was.requirements().stream()
                        .filter(stated -> !stated.satisfied())
                        .map(Stated::requirement)
                        .toList();
        missing(is, before, Kind.NEW_PROMPT, found);
        if (!(answer instanceof Answer.Deny)) {
            missing(before, is, Kind.PROMPT_GONE, found);
        }
    }

    private static void missing(List<Requirement> these, List<Requirement> those, Kind kind, List<Difference> found) {
        var asked = new LinkedHashSet<String>();
        those.forEach(requirement -> asked.add(prompt(requirement)));
        for (var requirement : these) {
            if (asked.add(prompt(requirement))) { // two policies that want the same are one prompt
                found.add(new Difference(kind, requirement.policy(), prompt(requirement)));
            }
        }
    }

    private static List<Requirement> open(Evaluation evaluation, Predicate<Requirement> met) {
        return evaluation.forbids().stream()
                .flatMap(forbid -> forbid.requirements().stream())
                .filter(met.negate())
                .toList();
    }

    /** What people are asked for: any step-up is a step-up; an approval by more people, or by others, is another one. */
    static String prompt(Requirement requirement) {
        return switch (requirement) {
            case Requirement.StepUp _ -> "step-up";
            case Requirement.Approval approval ->
                "approval by " + approval.quorum() + " of "
                        + approval.approvers().id();
            case Requirement.Signature _ -> "signature";
            case Requirement.Proof _ -> "proof";
        };
    }

    private static List<String> ids(List<Policy> policies) {
        return policies.stream().map(Policy::id).toList();
    }
}
