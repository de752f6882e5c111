package dev.countersign.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request gets its answer: what every policy that concerns it found, and which single change would have permitted it.
 * Granularity: the three parts of a head, each condition, and within it each operand of {@code &&}, {@code ||}, {@code !} and
 * {@code if}, all with file, line and column. Values are the request's own; printing shortens them.
 *
 * @param policySet hash of the set that answered
 * @param answer the answer itself
 * @param policies those whose head matches, and the others where they were asked for; in order, at most
 *     {@link #MAX_POLICIES}
 * @param omitted how many more there are
 * @param changes single changes that lead to a better answer, the best first; empty after a permit
 */
public record Explanation(
        PolicySetHash policySet,
        Request request,
        Answer answer,
        List<PolicyFinding> policies,
        int omitted,
        List<Change> changes) {
    /** Most policies of one explanation. */
    public static final int MAX_POLICIES = 1_000;

    public Explanation {
        policies = List.copyOf(policies);
        changes = List.copyOf(changes);
    }

    /** What came of a policy. */
    public enum Verdict {
        /** Head and conditions hold: it permits, forbids or requires. */
        MATCHES,
        /** A condition does not hold. */
        CONDITION_FAILS,
        /** It cannot be evaluated. */
        ERROR,
        /** It is not about this principal, action or resource. */
        HEAD_DIFFERS
    }

    /** What came of an expression. */
    public enum Outcome {
        TRUE,
        FALSE,
        ERROR,
        /** What stands before it had decided already. */
        NOT_EVALUATED
    }

    /**
     * One policy.
     *
     * @param decided the answer is this policy's
     * @param head principal, action and resource
     * @param conditions empty where the head differs
     * @param requirements what it requires, where it matches
     */
    public record PolicyFinding(
            Policy policy,
            SourceRange source,
            Verdict verdict,
            boolean decided,
            List<HeadFinding> head,
            List<ConditionFinding> conditions,
            List<RequirementFinding> requirements) {}

    /**
     * A part of a head.
     *
     * @param part the name of its variable
     * @param actual whom or what the request names
     * @param groups what that is in
     */
    public record HeadFinding(
            String part, SourceRange source, boolean matches, EntityUid actual, List<EntityUid> groups) {}

    /**
     * A {@code when} or {@code unless}.
     *
     * @param isReached false when an earlier condition of the policy had failed already
     * @param finding of the expression in its braces
     */
    public record ConditionFinding(boolean isWhen, boolean isReached, Finding finding) {
        /** True when the policy may apply as far as this condition is concerned. */
        public boolean holds() {
            return finding.outcome == (isWhen ? Outcome.TRUE : Outcome.FALSE);
        }
    }

    /**
     * An expression, as it was evaluated.
     *
     * @param readings what it read; given where it has no parts
     * @param parts operands in order, of {@code &&}, {@code ||}, {@code !} and {@code if}
     * @param error why it cannot be evaluated, where it is this very expression that cannot
     */
    public record Finding(
            SourceRange source,
            Outcome outcome,
            List<Reading> readings,
            List<Finding> parts,
            @Nullable String error) {}

    /**
     * What an expression read.
     *
     * @param path as policies write it: {@code context.transaction.amount}
     * @param value null when it is not there
     * @param groups what it is in, where the expression asks for that
     */
    public record Reading(String path, @Nullable Value value, List<EntityUid> groups) {}

    /** A requirement of a policy that matches. */
    public record RequirementFinding(Requirement requirement, boolean satisfied) {}
}
