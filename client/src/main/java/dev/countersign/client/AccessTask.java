package dev.countersign.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Handle of a request for approval. Keep {@code id} and {@code approvalId} at the enforcement point; the caller needs
 * neither.
 *
 * @param status {@code pending}, {@code approved}, {@code denied}, {@code expired}, {@code cancelled}, {@code failed}
 * @param approvalId to be presented with {@link Evaluation.Builder#approval} when the task is approved
 * @param approvedUntil after it the approval is no longer of use
 */
public record AccessTask(
        String id,
        String status,
        @Nullable Instant expiresAt,
        @Nullable String approvalId,
        @Nullable Instant approvedUntil) {

    /** Approved, with an approval that can be presented. A status that this client does not know is not approved. */
    public boolean isApproved() {
        return status.equals("approved") && approvalId != null;
    }

    public boolean isPending() {
        return status.equals("pending");
    }
}
