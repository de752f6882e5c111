package dev.countersign.console;

import dev.countersign.policy.Requirement;

/** A requirement in a few words. */
final class RequirementText {
    private RequirementText() {}

    static String of(Requirement requirement) {
        return switch (requirement) {
            case Requirement.StepUp stepUp ->
                "a step-up at most " + stepUp.maxAge().toSeconds() + " s old"
                        + (stepUp.acr() == null ? "" : " (" + stepUp.acr() + ")");
            case Requirement.Approval approval ->
                "approval by " + approval.quorum() + " of "
                        + approval.approvers().id() + (approval.separate() ? ", other than who asks" : "");
            case Requirement.Signature _ -> "the requester's signature";
            case Requirement.Proof _ -> "a session bound to a key";
        };
    }
}
