package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.evidence.Journal.Recorder;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest.State;
import dev.countersign.transaction.BindingTokens.Bound;
import dev.countersign.transaction.RequestChange.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Asks people for what a transaction lacked; tells how far it is; ends it. */
final class AccessRequests {
    /** Requests of one person that may wait at once: approvers are not worn down. */
    static final int MAX_OPEN = 10;

    private final Database database;
    private final Journal journal;
    private final Groups groups;
    private final SessionAlarm alarm;
    private final RequestChanges changes;
    private final RandomIds ids;
    private final InstantSource clock;

    AccessRequests(
            Database database,
            Journal journal,
            Groups groups,
            SessionAlarm alarm,
            RequestChanges changes,
            RandomIds ids,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.groups = groups;
        this.alarm = alarm;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    /** The request for these bytes: the one that is there, or a new one. Throws Problem 429 when people are asked too often. */
    AccessRequest open(Handle handle, Recorder evidence, Transaction transaction, Bound denial, Instant now) {
        var fresh = request(transaction, denial, now);
        var known = RequestStore.inForce(handle, transaction.enforcementPoint(), transaction.hash());
        if (known.isPresent()) {
            var request = known.get();
            if (request.state() != State.OPEN || isMetOrWaiting(handle, request, now)) {
                RequestStore.renew(handle, request, denial.policy(), denial.needs(), denial.signature());
                changes.tell(handle, evidence, Kind.RENEWED, request.id(), request.person(), now);
                return RequestStore.find(handle, request.id()).orElseThrow();
            }
            RequestStore.end(handle, request.id(), RequestEnd.of(State.EXPIRED, null, null, now));
            evidence.record(Entry.of("access_request.expired", request.id()));
            changes.tell(handle, evidence, Kind.EXPIRED, request.id(), null, now);
        }
        if (RequestStore.open(handle, transaction.person(), now) >= MAX_OPEN) {
            throw new Problem(429, "too-many-requests", "At most " + MAX_OPEN + " requests of one person wait")
                    .header("Retry-After", "60");
        }
        Prompts.requireFew(handle, fresh, now);
        RequestStore.insert(handle, fresh);
        Prompts.opened(handle, fresh, now);
        evidence.record(Entry.of("access_request.opened", fresh.id())
                .with("enforcement_point", fresh.enforcementPoint())
                .with("transaction", fresh.transactionId())
                .with("transaction_hash", fresh.hash().hex())
                .with("person", fresh.person().id())
                .with("session", fresh.session().value())
                .with("evaluation_id", fresh.evaluationId()));
        changes.tell(handle, evidence, Kind.OPENED, fresh.id(), fresh.person(), now);
        return fresh;
    }

    private boolean isMetOrWaiting(Handle handle, AccessRequest request, Instant now) {
        return now.isBefore(request.expiresAt())
                || new Tally(
                                request.person(),
                                ApprovalStore.inForce(handle, request.enforcementPoint(), request.hash()),
                                groups,
                                now)
                        .meets(request.needs(), request.signature());
    }

    private AccessRequest request(Transaction transaction, Bound denial, Instant now) {
        return new AccessRequest(
                ids.next("rq_"),
                ids.next("ap_"),
                transaction.enforcementPoint(),
                transaction.id(),
                transaction.type(),
                transaction.hash(),
                transaction.canonical(),
                transaction.person(),
                denial.session(),
                denial.evaluationId(),
                denial.policy(),
                denial.needs(),
                denial.signature(),
                State.OPEN,
                null,
                null,
                transaction.lines(),
                now,
                now,
                now.plus(waits(denial)));
    }

    /** How long a request after this denial waits for people. */
    static Duration waits(Bound denial) {
        return denial.needs().stream()
                .map(ApprovalNeed::expires)
                .filter(Duration::isPositive)
                .max(Comparator.naturalOrder())
                .orElse(Tally.SIGNATURE_LIFETIME);
    }

    Optional<AccessRequest> find(String id) {
        return database.read(handle -> RequestStore.find(handle, id));
    }

    /** How far it is at {@code now}. */
    Progress progress(AccessRequest request, Instant now) {
        return database.read(handle -> {
            var tally = new Tally(
                    request.person(),
                    ApprovalStore.inForce(handle, request.enforcementPoint(), request.hash()),
                    groups,
                    now);
            var met = request.state() == State.OPEN && tally.meets(request.needs(), request.signature());
            var status = switch (request.state()) {
                case DENIED -> "denied";
                case CANCELLED -> "cancelled";
                case EXPIRED -> "expired";
                case SPENT, RELEASED -> "approved";
                case OPEN -> met ? "approved" : now.isBefore(request.expiresAt()) ? "pending" : "expired";
            };
            var until = met ? tally.until(request.needs(), request.signature()) : now;
            return new Progress(status, until, tally);
        });
    }

    /** Ends it at the wish of its requester or enforcement point, who may say why. Throws Problem 409 when it was over. */
    void cancel(AccessRequest request, String by, @Nullable String reason) {
        end(request, RequestEnd.of(State.CANCELLED, new Person(by), reason, clock.instant()), new Person(by));
    }

    /** An approver's or the requester's no: final for these bytes. */
    void deny(AccessRequest request, Person by, String reason) {
        end(request, RequestEnd.of(State.DENIED, by, reason, clock.instant()), by);
    }

    /** The requester says that somebody else asked in their name: the session that asked may do nothing more. */
    void disown(AccessRequest request) {
        // First the session: what it could still do weighs more than the request.
        alarm.suspend(request.session(), "The person disowned request " + request.id());
        end(request, RequestEnd.notGenuine(request.person(), "This was not me", clock.instant()), request.person());
    }

    /** An approver says that this request is not what it seems: the session that asked may do nothing more. */
    void suspect(AccessRequest request, Person by) {
        alarm.suspend(request.session(), by.id() + " says that request " + request.id() + " is not genuine");
        end(request, RequestEnd.notGenuine(by, "Not genuine", clock.instant()), by);
    }

    private void end(AccessRequest request, RequestEnd end, Person by) {
        var ended = journal.<Boolean>commit((handle, evidence) -> {
            if (!RequestStore.end(handle, request.id(), end)) {
                return false;
            }
            var entry = Entry.of("access_request." + end.state().name().toLowerCase(Locale.ROOT), request.id())
                    .with("transaction_hash", request.hash().hex())
                    .with("by", by.id());
            evidence.record(end.reason() == null ? entry : entry.with("reason", end.reason()));
            changes.tell(handle, evidence, Kind.valueOf(end.state().name()), request.id(), by, end.at());
            return true;
        });
        if (!ended) {
            throw BindingTokens.profile(409, "invalid_task_state", "The request is over");
        }
    }

    /**
     * @param status in the profile's words
     * @param approvedUntil when approved, until when
     */
    record Progress(String status, Instant approvedUntil, Tally tally) {}
}
