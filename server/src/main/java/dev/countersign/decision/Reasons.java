package dev.countersign.decision;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Policy;
import dev.countersign.policy.Requirement;
import java.util.Collection;

/** Puts an answer into a code and one sentence. */
final class Reasons {
    static final String PERMITTED = "Permitted";

    private Reasons() {}

    static String text(Answer.Deny deny) {
        return switch (deny.reason()) {
            case NO_PERMIT -> "No policy permits this";
            case FORBIDDEN -> own(deny.policies(), "A policy forbids this");
            case POLICY_ERROR -> "A policy could not be evaluated, so this is refused";
        };
    }

    static String text(Answer.Open open) {
        return own(open.policies(), "Something more is needed first");
    }

    /** The policies' own {@code @text}, where they have one. */
    private static String own(Collection<Policy> policies, String otherwise) {
        return policies.stream()
                .map(Policy::text)
                .filter(text -> !text.isEmpty())
                .distinct()
                .reduce((a, b) -> a + "; " + b)
                .orElse(otherwise);
    }

    /** What to do first. */
    static ReasonCode code(Answer.Open open) {
        return ReasonCode.of(open.code());
    }

    /** True when something needs a page where people sign. */
    static boolean wantsOthers(Collection<Requirement> requirements) {
        return requirements.stream()
                .anyMatch(requirement ->
                        requirement instanceof Requirement.Approval || requirement instanceof Requirement.Signature);
    }
}
