package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for the approvals, and the requester's signature, that a transaction lacked.
 *
 * @param approval what the enforcement point names when it evaluates again
 * @param session that asked
 * @param signature the requester must sign too
 * @param lines of a batch, else null; the canonical bytes hold the root of their tree
 * @param updatedAt when something about it changed last
 */
public record AccessRequest(
        String id,
        String approval,
        String enforcementPoint,
        String transactionId,
        String type,
        TransactionHash hash,
        byte[] canonical,
        Person person,
        SessionId session,
        String evaluationId,
        String policy,
        List<ApprovalNeed> needs,
        boolean signature,
        State state,
        @Nullable String endedBy,
        @Nullable String reason,
        byte @Nullable [] lines,
        Instant createdAt,
        Instant updatedAt,
        Instant expiresAt) {

    /** True when {@code who}, vouched to be in {@code names}, can add something by signing. */
    boolean maySign(Person who, Set<String> names, Groups groups, Instant now) {
        return (signature && isRequester(who, groups)) || mayApprove(who, names, groups, now);
    }

    /** True when {@code who} counts for one of the needs. */
    public boolean mayApprove(Person who, Set<String> names, Groups groups, Instant now) {
        return needs.stream()
                .anyMatch(need ->
                        !(need.separate() && isRequester(who, groups)) && need.isFor(names, groups, createdAt, now));
    }

    /** True when {@code who} asked, under whatever name. */
    public boolean isRequester(Person who, Groups groups) {
        return groups.one(who).equals(groups.one(person));
    }

    /** When those whom policy names for that may sign too, or null. */
    @Nullable
    Instant escalatesAt() {
        return needs.stream()
                .map(ApprovalNeed::escalation)
                .filter(Objects::nonNull)
                .map(escalation -> createdAt.plus(escalation.after()))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** States. All but {@code OPEN} are final. */
    public enum State {
        OPEN,
        DENIED,
        CANCELLED,
        EXPIRED,
        SPENT,
        /** Was spent; what it was for may be asked for again. */
        RELEASED
    }
}
