package dev.countersign.review;

import dev.countersign.session.Person;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A review, open or closed.
 *
 * @param reviewers id of the {@code Group}
 * @param closedAt or null while it is open; then all that follows is null
 * @param justified what the reviewer found
 */
record OpenReview(
        String id,
        String policy,
        String evaluation,
        @Nullable String receipt,
        Person person,
        String principal,
        String action,
        String resource,
        String reviewers,
        Instant openedAt,
        Instant dueAt,
        @Nullable Instant closedAt,
        @Nullable String closedBy,
        @Nullable Boolean justified,
        @Nullable String finding) {
    boolean isOpen() {
        return closedAt == null;
    }

    boolean isOverdue(Instant now) {
        return isOpen() && !now.isBefore(dueAt);
    }
}
