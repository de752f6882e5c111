package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.Explanation;
import dev.countersign.policy.RequestFault;
import dev.countersign.policy.Requirement;
import dev.countersign.transaction.Receipt;
import dev.countersign.transaction.Transactions.Offer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one question. It is sent only when its evidence is durable.
 *
 * @param evaluationId {@code ev_…}
 * @param policy hash of the policy set that decided
 * @param policies ids of the policies behind the reason
 * @param text one sentence for the person who asked
 * @param requirements what is open; empty unless something may still happen
 * @param offer where to ask for approvals, or null
 * @param receipt with a permit for a transaction, else null
 * @param warnings why the request does not fit the schema, when it was evaluated all the same
 * @param nonce for the next DPoP proof, or null
 * @param explanation of a refusal by policies, for an enforcement point that may see it; else null
 */
record Decision(
        String evaluationId,
        Instant at,
        String policy,
        ReasonCode code,
        List<String> policies,
        String text,
        List<Requirement> requirements,
        @Nullable Offer offer,
        @Nullable Receipt receipt,
        List<RequestFault> warnings,
        @Nullable String nonce,
        @Nullable Explanation explanation) {
    Decision {
        requireNonNull(evaluationId);
        requireNonNull(code);
        policies = List.copyOf(policies);
        requirements = List.copyOf(requirements);
        warnings = List.copyOf(warnings);
        if (code != ReasonCode.PERMITTED && receipt != null) {
            throw new IllegalArgumentException("Only a permit has a receipt");
        }
    }

    boolean isPermit() {
        return code == ReasonCode.PERMITTED;
    }
}
