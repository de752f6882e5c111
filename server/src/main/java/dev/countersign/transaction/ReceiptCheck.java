package dev.countersign.transaction;

import java.time.Instant;
import java.util.Optional;

/** Verifies receipts of ours. */
public interface ReceiptCheck {
    /** What it says, when we signed it; says nothing of its expiry. */
    Optional<Known> verify(String jws);

    /**
     * A receipt.
     *
     * @param requester whose transaction was permitted, {@link dev.countersign.session.Principal#toString()}
     * @param transaction its id at the enforcement point
     */
    record Known(
            String enforcementPoint,
            String requester,
            String transaction,
            TransactionHash hash,
            String evaluationId,
            Instant expiresAt) {}
}
