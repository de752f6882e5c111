package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest.State;
import dev.countersign.transaction.Reconsideration.Verdict;
import dev.countersign.transaction.RequestChange.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at open requests every second, on every node: time that has passed, sessions that have ended, policies and risk that
 * have changed. Each change is one conditional update, so it is made once whoever looks first. Nothing rests on it: who may sign
 * and what counts is asked anew each time, and policies decide again when approvals are spent.
 */
final class RequestWatch {
    /** How often it looks. */
    static final Duration PERIOD = Duration.ofSeconds(1);

    /** Most requests that are changed for one reason in one look. */
    static final int MAX_CHANGES = 200;

    private final Database database;
    private final Journal journal;
    private final Groups groups;
    private final RequestChanges changes;
    private final Predicate<SessionId> hasEnded;
    private final Reconsideration policies;
    private final InstantSource clock;

    RequestWatch(
            Database database,
            Journal journal,
            Groups groups,
            RequestChanges changes,
            Predicate<SessionId> hasEnded,
            Reconsideration policies,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.groups = groups;
        this.changes = changes;
        this.hasEnded = hasEnded;
        this.policies = policies;
        this.clock = clock;
    }

    /** One look. */
    void look() {
        var now = clock.instant();
        database.read(handle -> RequestStore.overdue(handle, now, MAX_CHANGES)).forEach(request -> {
            if (!isMet(request, now)) {
                end(request, State.EXPIRED, null, now);
            }
        });
        database.read(handle -> RequestStore.escalating(handle, now, MAX_CHANGES))
                .forEach(request -> escalate(request, now));
        database.read(handle -> RequestStore.allOpen(handle, now)).forEach(request -> reconsider(request, now));
    }

    private void reconsider(AccessRequest request, Instant now) {
        if (hasEnded.test(request.session())) {
            end(request, State.CANCELLED, "The session that asked has ended", now);
            return;
        }
        switch (policies.of(request, now)) {
            case Verdict.Unchanged unchanged -> {}
            case Verdict.Refused refused ->
                end(request, State.CANCELLED, "Policies no longer permit this: " + refused.text(), now);
            case Verdict.Needed needed -> renew(request, needed, now);
        }
    }

    private boolean isMet(AccessRequest request, Instant now) {
        return database.read(handle -> new Tally(
                        request.person(),
                        ApprovalStore.inForce(handle, request.enforcementPoint(), request.hash()),
                        groups,
                        now)
                .meets(request.needs(), request.signature()));
    }

    private void end(AccessRequest request, State state, @Nullable String reason, Instant now) {
        var kind = Kind.valueOf(state.name());
        journal.commit((handle, evidence) -> {
            if (RequestStore.end(handle, request.id(), RequestEnd.of(state, null, reason, now))) {
                var entry = Entry.of("access_request." + kind.word(), request.id())
                        .with("transaction_hash", request.hash().hex());
                evidence.record(reason == null ? entry : entry.with("reason", reason));
                changes.tell(handle, evidence, kind, request.id(), null, now);
            }
            return state;
        });
    }

    private void escalate(AccessRequest request, Instant now) {
        journal.commit((handle, evidence) -> {
            if (RequestStore.escalated(handle, request.id(), now)) {
                evidence.record(Entry.of("access_request.escalated", request.id())
                        .with("transaction_hash", request.hash().hex())
                        .with("groups", escalationGroups(request)));
                changes.tell(handle, evidence, Kind.ESCALATED, request.id(), null, now);
            }
            return request;
        });
    }

    private static List<String> escalationGroups(AccessRequest request) {
        return request.needs().stream()
                .map(ApprovalNeed::escalation)
                .filter(Objects::nonNull)
                .map(ApprovalNeed.Escalation::group)
                .distinct()
                .toList();
    }

    private void renew(AccessRequest request, Verdict.Needed needed, Instant now) {
        var same = needed.needs().equals(request.needs()) && needed.signature() == request.signature();
        journal.commit((handle, evidence) -> {
            if (RequestStore.renew(handle, request, needed.policy(), needed.needs(), needed.signature()) && !same) {
                evidence.record(Entry.of("access_request.renewed", request.id())
                        .with("transaction_hash", request.hash().hex())
                        .with("policy", needed.policy())
                        .with(
                                "policies",
                                needed.needs().stream()
                                        .map(ApprovalNeed::policy)
                                        .toList()));
                changes.tell(handle, evidence, Kind.RENEWED, request.id(), null, now);
            }
            return needed;
        });
    }
}
