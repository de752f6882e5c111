package dev.countersign.transaction;

import dev.countersign.session.Person;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a request.
 *
 * @param request as it is now
 * @param by whose doing it was, or null when it was time or policy
 * @param approval id of the approval that was signed or withdrawn, else null
 */
public record RequestChange(
        Kind kind,
        AccessRequest request,
        @Nullable Person by,
        @Nullable String approval,
        Instant at) {
    /** What happened. */
    public enum Kind {
        OPENED,
        /** Asked for again; what it needs is what policy says now. */
        RENEWED,
        /** Nobody has answered: those whom policy names for that may sign too. */
        ESCALATED,
        SIGNED,
        /** A signature was taken back. */
        WITHDRAWN,
        DENIED,
        CANCELLED,
        EXPIRED,
        /** Its approvals were spent on a permit. */
        SPENT;

        /** As evidence and answers write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
