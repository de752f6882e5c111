package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What still has to happen before a permit. Written as annotations on a {@code forbid} policy. */
public sealed interface Requirement {
    /** The policy that asks. */
    String policy();

    /** Its word in {@code @require} and in obligations. */
    default String kind() {
        return switch (this) {
            case StepUp stepUp -> "step-up";
            case Approval approval -> "approval";
            case Signature signature -> "signature";
            case Proof proof -> "proof";
        };
    }

    /**
     * A fresh authentication in this session (RFC 9470).
     *
     * @param acr at least this class, or null for any
     * @param amr every one of these methods
     * @param maxAge how old it may be
     */
    record StepUp(String policy, @Nullable String acr, Set<String> amr, Duration maxAge) implements Requirement {
        public StepUp {
            requireNonNull(policy);
            amr = Set.copyOf(amr);
            requireNonNull(maxAge);
        }
    }

    /**
     * Signatures of other people over exactly this transaction.
     *
     * @param quorum how many distinct people, at least 1
     * @param approvers the group they must be in
     * @param expires how long each approval lasts
     * @param separate the requester does not count
     * @param methods ways of consenting that count, at least one
     * @param escalation whom else to ask when time passes, or null
     */
    record Approval(
            String policy,
            int quorum,
            EntityUid approvers,
            Duration expires,
            boolean separate,
            Set<SigningMethod> methods,
            @Nullable Escalation escalation)
            implements Requirement {
        public Approval {
            requireNonNull(policy);
            requireNonNull(approvers);
            requireNonNull(expires);
            methods = Set.copyOf(methods);
            if (methods.isEmpty()) {
                throw new IllegalArgumentException("at least one method counts");
            }
            if (quorum < 1) {
                throw new IllegalArgumentException("a quorum is at least 1");
            }
        }

        /** By signatures, of nobody else. */
        public Approval(String policy, int quorum, EntityUid approvers, Duration expires, boolean separate) {
            this(policy, quorum, approvers, expires, separate, SigningMethod.SIGNATURES, null);
        }

        /**
         * Who may sign too when nobody answers.
         *
         * @param after how long after the request
         */
        public record Escalation(Duration after, EntityUid approvers) {
            public Escalation {
                requireNonNull(after);
                requireNonNull(approvers);
            }
        }
    }

    /** The requester's own signature over this transaction. */
    record Signature(String policy) implements Requirement {}

    /** The session must be bound to a key. */
    record Proof(String policy) implements Requirement {}
}
