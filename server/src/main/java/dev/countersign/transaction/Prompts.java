package dev.countersign.transaction;

import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * How often people may be prompted to sign, so that nobody is worn down until they agree. What was signed and carried out
 * does not count: only prompts that came to nothing are a nuisance.
 */
final class Prompts {
    /** What the limits are for. */
    static final Duration WINDOW = Duration.ofHours(1);

    /** Requests of one person within {@link #WINDOW} that were not carried out. */
    static final int MAX_OF_REQUESTER = 20;

    /** Requests to one group of approvers within {@link #WINDOW} that were not carried out, whoever asked. */
    static final int MAX_TO_GROUP = 100;

    /** Challenges to one person, by whatever method, within {@link #WINDOW}. */
    static final int MAX_TO_PERSON = 60;

    /** The problem's type. */
    static final String TOO_MANY = "too-many-prompts";

    private Prompts() {}

    /** Counts a request that is about to be stored. Problem 429 when there were too many. */
    static void requireFew(Handle handle, AccessRequest request, Instant now) {
        var since = now.minus(WINDOW).toEpochMilli();
        var asked = handle.createQuery("""
                        select count(*) from access_request
                        where person = :person and created_at > :since and state <> 'spent'""")
                .bind("person", request.person().id())
                .bind("since", since)
                .mapTo(Integer.class)
                .one();
        if (asked >= MAX_OF_REQUESTER) {
            throw tooMany("You have asked " + MAX_OF_REQUESTER + " times within an hour for what was not carried out");
        }
        for (var need : request.needs()) {
            if (unspent(handle, group(need), since) >= MAX_TO_GROUP) {
                throw tooMany("The approvers of " + need.group() + " were asked " + MAX_TO_GROUP
                        + " times within an hour for what was not carried out");
            }
        }
    }

    /** Remembers a request that was just stored. */
    static void opened(Handle handle, AccessRequest request, Instant now) {
        handle.createUpdate("delete from approval_prompt where at <= :since")
                .bind("since", now.minus(WINDOW).toEpochMilli())
                .execute();
        request.needs().stream()
                .map(Prompts::group)
                .distinct()
                .forEach(group -> insert(handle, request.id(), group, now));
    }

    /** Counts a challenge to {@code person}. Problem 429 when there were too many. */
    static void challenged(Handle handle, AccessRequest request, Person person, Instant now) {
        var prompted = "person:" + person.id();
        var count = handle.createQuery(
                        "select count(*) from approval_prompt where prompted = :prompted and at > :since")
                .bind("prompted", prompted)
                .bind("since", now.minus(WINDOW).toEpochMilli())
                .mapTo(Integer.class)
                .one();
        if (count >= MAX_TO_PERSON) {
            throw tooMany("You were asked " + MAX_TO_PERSON + " times within an hour");
        }
        insert(handle, request.id(), prompted, now);
    }

    private static int unspent(Handle handle, String prompted, long since) {
        return handle.createQuery("""
                        select count(*) from approval_prompt
                            join access_request on access_request.id = approval_prompt.request
                        where prompted = :prompted and at > :since and state <> 'spent'""")
                .bind("prompted", prompted)
                .bind("since", since)
                .mapTo(Integer.class)
                .one();
    }

    private static void insert(Handle handle, String request, String prompted, Instant now) {
        handle.createUpdate("insert into approval_prompt (request, prompted, at) values (:request, :prompted, :at)")
                .bind("request", request)
                .bind("prompted", prompted)
                .bind("at", now.toEpochMilli())
                .execute();
    }

    private static String group(ApprovalNeed need) {
        return "group:" + need.group();
    }

    private static Problem tooMany(String text) {
        return new Problem(429, TOO_MANY, text).header("Retry-After", Long.toString(WINDOW.toSeconds()));
    }
}
