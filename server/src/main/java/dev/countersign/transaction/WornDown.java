package dev.countersign.transaction;

import dev.countersign.evidence.Journal.Recorder;
import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * Finds approvers who are being worn down: somebody asks again and again for what nobody gives, and then it is given after all.
 * Told of the session that asked, in the same commit, so that policies that look at risk decide otherwise when approvals are
 * spent.
 */
public final class WornDown implements RequestObserver {
    /** What {@link #MANY}, {@link #BEFORE_APPROVAL} and {@link #FRUITLESS} are counted in. */
    static final Duration WINDOW = Duration.ofHours(1);

    /** Requests of one account that were refused, by somebody or by time: more than bad luck. */
    static final int MANY = 5;

    /** As many before one that is approved are a sign. */
    static final int BEFORE_APPROVAL = 3;

    /** So are as many that were refused or taken back: whoever asks and withdraws prompts too. */
    static final int FRUITLESS = 6;

    /** What {@link #OF_APPROVER} is counted in. */
    static final Duration BURST = Duration.ofMinutes(15);

    /** Requests that one approver denied, whoever asked, before approving one: several may ask by turns. */
    static final int OF_APPROVER = 5;

    private final Signs signs;

    public WornDown(Signs signs) {
        this.signs = signs;
    }

    /** Where the signs go. Both are called within a change of ours: no effects outside the handle and the recorder. */
    public interface Signs {
        /** {@code session} asks again and again for what nobody gives. */
        void refusedAgain(Handle handle, Recorder evidence, SessionId session, String why, Instant at);

        /** What {@code session} asks was approved by somebody who may be worn down. */
        void approvedAfterRefusals(Handle handle, Recorder evidence, SessionId session, String why, Instant at);
    }

    @Override
    public void changed(Handle database, Recorder evidence, RequestChange change) {
        switch (change.kind()) {
            case DENIED, EXPIRED -> refused(database, evidence, change);
            case SIGNED -> signed(database, evidence, change);
            case OPENED, RENEWED, ESCALATED, WITHDRAWN, CANCELLED, SPENT -> {}
        }
    }

    private void refused(Handle database, Recorder evidence, RequestChange change) {
        var request = change.request();
        var refused = refusedOf(database, request.person(), change.at());
        if (refused >= MANY) {
            signs.refusedAgain(
                    database,
                    evidence,
                    request.session(),
                    refused + " requests of " + request.person().id() + " were refused within an hour",
                    change.at());
        }
    }

    private void signed(Handle database, Recorder evidence, RequestChange change) {
        var request = change.request();
        var by = change.by();
        if (by == null || by.equals(request.person())) {
            return;
        }
        var refused = refusedOf(database, request.person(), change.at());
        var fruitless = refused + takenBackBy(database, request.person(), change.at());
        var denied = deniedBy(database, by, change.at());
        if (refused >= BEFORE_APPROVAL || fruitless >= FRUITLESS || denied >= OF_APPROVER) {
            signs.approvedAfterRefusals(
                    database,
                    evidence,
                    request.session(),
                    by.id() + " approved after " + Math.max(fruitless, denied) + " requests that came to nothing",
                    change.at());
        }
    }

    private static int refusedOf(Handle database, Person requester, Instant now) {
        return count(
                database,
                "person = :person and ended_at > :since and state in ('denied', 'expired')"
                        + " and (ended_by is null or ended_by <> :person)",
                requester,
                now.minus(WINDOW));
    }

    /** By the requester or the enforcement point; not what policy or the end of the session took back. */
    private static int takenBackBy(Handle database, Person requester, Instant now) {
        return count(
                database,
                "person = :person and ended_at > :since and state = 'cancelled' and ended_by is not null",
                requester,
                now.minus(WINDOW));
    }

    private static int deniedBy(Handle database, Person approver, Instant now) {
        return count(
                database,
                "ended_by = :person and ended_at > :since and state = 'denied' and person <> :person",
                approver,
                now.minus(BURST));
    }

    private static int count(Handle database, String which, Person person, Instant since) {
        return database.createQuery("select count(*) from access_request where " + which)
                .bind("person", person.id())
                .bind("since", since.toEpochMilli())
                .mapTo(Integer.class)
                .one();
    }
}
