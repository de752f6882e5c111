package dev.countersign.recorded;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.Entity;
import dev.countersign.policy.Request;
import dev.countersign.policy.Requirement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision as it was made. It holds what policies saw and nothing else: never a token, a proof or a key.
 *
 * @param evaluationId {@code ev_…}
 * @param enforcementPoint who asked
 * @param code {@code context.reason.code} as answered
 * @param text the sentence that was answered
 * @param policies ids of the policies behind the code
 * @param policySet hash of the live set
 * @param evidenceIndex of the decision in the evidence log
 * @param request what was asked; with an empty context when policies were not
 * @param entities principal and resource as policies saw them
 * @param answered what policies said, or null when the decision was made without them (no live session, a transaction that
 *     was already decided, …)
 */
public record DecisionRecord(
        String evaluationId,
        Instant at,
        String enforcementPoint,
        String code,
        String text,
        List<String> policies,
        String policySet,
        long evidenceIndex,
        Request request,
        List<Entity> entities,
        @Nullable Answered answered) {
    public DecisionRecord {
        requireNonNull(evaluationId);
        requireNonNull(at);
        requireNonNull(enforcementPoint);
        requireNonNull(code);
        requireNonNull(text);
        policies = List.copyOf(policies);
        requireNonNull(policySet);
        requireNonNull(request);
        entities = List.copyOf(entities);
    }

    /**
     * What the policy set answered.
     *
     * @param deciding ids of the policies behind the outcome; none when nothing permits
     * @param requirements of every matching {@code forbid}, met or not; empty when the outcome is {@code DENY}
     */
    public record Answered(Outcome outcome, List<String> deciding, List<Stated> requirements) {
        public Answered {
            requireNonNull(outcome);
            deciding = List.copyOf(deciding);
            requirements = List.copyOf(requirements);
        }
    }

    /** A requirement and whether it was met at that moment. */
    public record Stated(Requirement requirement, boolean satisfied) {
        public Stated {
            requireNonNull(requirement);
        }
    }

    /** The three answers of a policy set. */
    public enum Outcome {
        PERMIT,
        DENY,
        OPEN
    }
}
