package dev.countersign.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking. Only {@link Permit} permits: an enforcement point that switches over the three cases fails
 * closed by construction.
 */
public sealed interface Decision {
    /** True only for {@link Permit}. */
    default boolean permitted() {
        return this instanceof Permit;
    }

    /**
     * Do it, now, once.
     *
     * @param receipt compact JWS for a transaction, see {@link Receipts}; null when there was no transaction
     * @param nonce DPoP nonce to hand to the caller for the next proof
     */
    record Permit(
            String evaluationId,
            @Nullable String receipt,
            @Nullable String nonce) implements Decision {}

    /**
     * Do not do it.
     *
     * @param code one of the documented reason codes, or {@link #UNKNOWN_OBLIGATION}
     * @param text reason for people; holds no secret
     * @param obligations what would have to happen first
     * @param accessRequest present when approval can be asked for, see {@link Countersign#request}
     * @param nonce DPoP nonce to hand to the caller for the next proof
     */
    record Refused(
            String code,
            String text,
            List<Obligation> obligations,
            @Nullable AccessRequest accessRequest,
            @Nullable String nonce,
            @Nullable String evaluationId)
            implements Decision {
        /** A permit came with an obligation that this client does not know how to fulfil. */
        public static final String UNKNOWN_OBLIGATION = "unknown_obligation";

        public Refused {
            obligations = List.copyOf(obligations);
        }
    }

    /**
     * No answer that could be trusted came in time: do not do it.
     *
     * @param reason for the operator's log; holds no secret
     */
    record Unavailable(String reason) implements Decision {}
}
