package dev.countersign.transaction;

import dev.countersign.policy.SigningMethod;
import java.time.Duration;
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
