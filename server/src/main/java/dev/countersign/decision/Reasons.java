package dev.countersign.decision;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Policy;
import dev.countersign.policy.Requirement;
import java.util.Collection;
import java.util.List;

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

    /** What to do first: bind, then step up, then ask others, then sign. */
    static ReasonCode code(Answer.Open open) {
        var first = ReasonCode.SIGNATURE_REQUIRED;
        for (var requirement : open.requirements()) {
            var code = switch (requirement) {
                case Requirement.Proof proof -> ReasonCode.PROOF_REQUIRED;
                case Requirement.StepUp stepUp -> ReasonCode.STEP_UP_REQUIRED;
                case Requirement.Approval approval -> ReasonCode.APPROVAL_REQUIRED;
                case Requirement.Signature signature -> ReasonCode.SIGNATURE_REQUIRED;
            };
            if (urgency(code) < urgency(first)) {
                first = code;
            }
        }
        return first;
    }

    private static int urgency(ReasonCode code) {
        return List.of(
                        ReasonCode.PROOF_REQUIRED,
                        ReasonCode.STEP_UP_REQUIRED,
                        ReasonCode.APPROVAL_REQUIRED,
                        ReasonCode.SIGNATURE_REQUIRED)
                .indexOf(code);
    }

    /** True when something needs a page where people sign. */
    static boolean wantsOthers(Collection<Requirement> requirements) {
        return requirements.stream()
                .anyMatch(requirement ->
                        requirement instanceof Requirement.Approval || requirement instanceof Requirement.Signature);
    }
}
