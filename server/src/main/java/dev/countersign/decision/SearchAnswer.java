package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Requirement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one page of a search. It is sent only when its evidence is durable.
 *
 * @param id {@code sr_…}
 * @param policy hash of the policy set that decided
 * @param results what is permitted now
 * @param withheld how many more would be, if these requirements were met
 * @param nextToken for the next page, or empty at the end
 * @param refusal why nothing was searched, or null
 * @param nonce for the next DPoP proof, or null
 */
record SearchAnswer(
        String id,
        Instant at,
        String policy,
        List<EntityUid> results,
        int withheld,
        List<Requirement> requirements,
        String nextToken,
        @Nullable Refusal refusal,
        @Nullable String nonce) {
    SearchAnswer {
        requireNonNull(id);
        requireNonNull(nextToken);
        results = List.copyOf(results);
        requirements = List.copyOf(requirements);
        if (refusal != null && !results.isEmpty()) {
            throw new IllegalArgumentException("Nothing is found for whom is not known");
        }
    }

    /** Who asks could not be established. */
    record Refusal(ReasonCode code, String text) {}
}
