package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.transaction.AccessRequest.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as its approvers met it. People go by their one name.
 *
 * @param deniedBy who denied it or called it not genuine ({@code disowned}), or null
 * @param signed when who signed it first, also when it was taken back
 */
record Prompted(
        String id,
        Person requester,
        List<ApprovalNeed> needs,
        State state,
        @Nullable Person deniedBy,
        boolean disowned,
        Instant createdAt,
        Instant endedAt,
        Map<Person, Instant> signed) {
    /** Ended by time. */
    boolean isExpired() {
        return state == State.EXPIRED;
    }

    /** When {@code who} signed or denied it, whichever came first; or null. */
    @Nullable
    Instant answeredBy(Person who) {
        var at = signed.get(who);
        return at == null && who.equals(deniedBy) ? endedAt : at;
    }
}
