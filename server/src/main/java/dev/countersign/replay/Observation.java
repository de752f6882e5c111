package dev.countersign.replay;

import dev.countersign.policy.PolicyFault;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a candidate does beside the live set, on this node.
 *
 * @param candidate hash of the candidate that is evaluated, or null while there is none
 * @param since since when this candidate is evaluated beside this live set
 * @param refused why the newest change of the candidate's folder is not evaluated; empty when it is
 * @param report what differs so far, or null while there is no candidate
 * @param latest the newest decisions that differ, newest first
 */
public record Observation(
        @Nullable String candidate,
        Instant since,
        List<PolicyFault> refused,
        @Nullable SimulationReport report,
        List<Differing> latest) {
    public Observation {
        refused = List.copyOf(refused);
        latest = List.copyOf(latest);
    }

    /** A decision to which the candidate says something else. */
    public record Differing(
            Instant at,
            String evaluationId,
            String principal,
            String action,
            String resource,
            String code,
            List<Difference> differences) {}
}
