package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a policy set says about one request, before requirements are looked at.
 *
 * @param permits the matching permits, in order
 * @param forbids the matching forbids, in order
 * @param errors the policies that could not be evaluated
 */
public record Evaluation(List<Policy> permits, List<Policy> forbids, List<PolicyError> errors) {
    /** Cedar's own decision: some permit, no forbid; policies that err are skipped. */
    public boolean isAllowed() {
        return forbids.isEmpty() && !permits.isEmpty();
    }

    /** Cedar's determining policies: the forbids, else the permits. */
    public List<Policy> determining() {
        return forbids.isEmpty() ? permits : forbids;
    }

    /**
     * Countersign's answer: the layer above Cedar. A forbid in error closes the door, for it might have matched; a permit
     * in error permits nothing.
     *
     * @param satisfied which requirements are already met
     */
    public Answer answer(Predicate<Requirement> satisfied) {
        if (errors.isEmpty() && forbids.isEmpty() && !permits.isEmpty()) {
            return new Answer.Permit(permits); // most answers
        }
        var erring = errors.stream()
                .map(PolicyError::policy)
                .filter(policy -> policy.effect() == Effect.FORBID)
                .toList();
        if (!erring.isEmpty()) {
            return new Answer.Deny(Answer.DenyReason.POLICY_ERROR, erring);
        }
        var last = forbids.stream()
                .filter(forbid -> forbid.requirements().isEmpty())
                .toList();
        if (!last.isEmpty()) {
            return new Answer.Deny(Answer.DenyReason.FORBIDDEN, last);
        }
        if (permits.isEmpty()) {
            return new Answer.Deny(Answer.DenyReason.NO_PERMIT, List.of());
        }
        return resolve(satisfied);
    }

    private Answer resolve(Predicate<Requirement> satisfied) {
        var open = new ArrayList<Requirement>();
        var asking = new ArrayList<Policy>();
        for (var forbid : forbids) {
            var unmet = forbid.requirements().stream()
                    .filter(Predicate.not(satisfied))
                    .toList();
            if (!unmet.isEmpty()) {
                open.addAll(unmet);
                asking.add(forbid);
            }
        }
        return open.isEmpty() ? new Answer.Permit(permits) : new Answer.Open(Strictest.of(open), List.copyOf(asking));
    }
}
