package dev.countersign.transaction;

import dev.countersign.policy.SigningMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code @require("approval")} policy asks for.
 *
 * @param policy its id
 * @param quorum how many distinct people, at least 1
 * @param group id of the {@code Group} they must belong to
 * @param expires how long each approval lasts
 * @param separate the requester does not count
 * @param methods ways of consenting that count
 * @param escalation whom else to ask when time passes, or null
 */
public record ApprovalNeed(
        String policy,
        int quorum,
        String group,
        Duration expires,
        boolean separate,
        Set<SigningMethod> methods,
        @Nullable Escalation escalation) {
    public ApprovalNeed {
        methods = Set.copyOf(methods);
        if (quorum < 1) {
            throw new IllegalArgumentException("A quorum is at least 1");
        }
    }

    /** True when who is vouched to be in {@code names} may sign at {@code at} for a request that was opened at {@code opened}. */
    boolean isFor(Set<String> names, Groups groups, Instant opened, Instant at) {
        return groups.isIn(names, group)
                || (escalation != null
                        && !at.isBefore(opened.plus(escalation.after()))
                        && groups.isIn(names, escalation.group()));
    }

    /** By signatures, of nobody else. */
    public ApprovalNeed(String policy, int quorum, String group, Duration expires, boolean separate) {
        this(policy, quorum, group, expires, separate, SigningMethod.SIGNATURES, null);
    }

    /**
     * Who may sign too when nobody answers.
     *
     * @param after how long after the request was opened
     * @param group id of the {@code Group}
     */
    public record Escalation(Duration after, String group) {}
}
