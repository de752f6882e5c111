package dev.countersign.decision;

import dev.countersign.policy.Policy;
import dev.countersign.policy.Requirement;
import dev.countersign.session.Binding;
import dev.countersign.transaction.ApprovalNeed;
import dev.countersign.transaction.Transactions;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** Compares what policies require with what already happened. */
final class Requirements {
    private final Transactions transactions;

    Requirements(Transactions transactions) {
        this.transactions = transactions;
    }

    /** What is satisfied in {@code facts}. An approval or a signature needs a transaction to be about. */
    Predicate<Requirement> satisfied(Facts facts) {
        return requirement -> switch (requirement) {
            case Requirement.StepUp stepUp -> isSteppedUp(facts, stepUp);
            case Requirement.Approval approval -> isApproved(facts, approval);
            case Requirement.Signature signature -> isSigned(facts);
            case Requirement.Proof proof -> isBound(facts);
        };
    }

    private static boolean isSteppedUp(Facts facts, Requirement.StepUp stepUp) {
        var session = facts.session();
        return session != null && session.hasAssurance(stepUp.acr(), stepUp.amr(), stepUp.maxAge(), facts.now());
    }

    private boolean isApproved(Facts facts, Requirement.Approval approval) {
        var transaction = facts.transaction();
        return transaction != null && transactions.isApproved(transaction, need(approval), facts.now());
    }

    private boolean isSigned(Facts facts) {
        var transaction = facts.transaction();
        return transaction != null && transactions.isSigned(transaction, facts.now());
    }

    private static boolean isBound(Facts facts) {
        var session = facts.session();
        return session != null && !(session.binding() instanceof Binding.None);
    }

    /** Every approval that the matching forbids ask for, met or not: what a permit spends. */
    static List<ApprovalNeed> needs(Collection<Policy> forbids) {
        return forbids.stream()
                .flatMap(policy -> policy.requirements().stream())
                .filter(Requirement.Approval.class::isInstance)
                .map(requirement -> need((Requirement.Approval) requirement))
                .toList();
    }

    /** True when one of the matching forbids wants the requester's signature. */
    static boolean wantSignature(Collection<Policy> forbids) {
        return forbids.stream()
                .flatMap(policy -> policy.requirements().stream())
                .anyMatch(Requirement.Signature.class::isInstance);
    }

    private static ApprovalNeed need(Requirement.Approval approval) {
        var escalation = approval.escalation();
        return new ApprovalNeed(
                approval.policy(),
                approval.quorum(),
                approval.approvers().id(),
                approval.expires(),
                approval.separate(),
                approval.methods(),
                escalation == null
                        ? null
                        : new ApprovalNeed.Escalation(
                                escalation.after(), escalation.approvers().id()));
    }
}
