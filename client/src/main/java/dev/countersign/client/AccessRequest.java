package dev.countersign.client;

import org.jspecify.annotations.Nullable;

/**
 * Leave to ask for approval, as a refusal carried it (AuthZEN Access Request and Approval Profile, requestable denial).
 * The binding token is opaque and handed back unchanged.
 *
 * @param expiresAt RFC 3339, echoed as it came
 */
public record AccessRequest(
        @Nullable String template,
        String expiresAt,
        @Nullable String bindingToken,
        @Nullable String evaluationId,
        @Nullable String evaluatedAt,
        String reason) {

    /** Says nothing of the binding token. */
    @Override
    public String toString() {
        return "AccessRequest[evaluationId=" + evaluationId + ", expiresAt=" + expiresAt + "]";
    }
}
