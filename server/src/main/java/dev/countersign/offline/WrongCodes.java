package dev.countersign.offline;

import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * A person's codes that answered nothing, whatever the request: eight digits would be guessed by somebody who may try five for
 * each of many requests.
 */
public final class WrongCodes {
    /** Wrong codes of one person within {@link #WINDOW}. */
    static final int MAX = 20;

    /** What the limit is for. */
    static final Duration WINDOW = Duration.ofHours(24);

    private WrongCodes() {}

    /**
     * Counts a code as wrong until {@link #forgive}, so that however many are tried at once no more than {@link #MAX} are looked
     * at. Problem 429 when there were too many.
     *
     * @param id a new one for this attempt
     */
    public static void begin(Handle database, Person person, String id, Instant now) {
        requireFew(database, person, now);
        add(database, person, id, now);
    }

    /** Counts a code that was wrong. */
    public static void add(Handle database, Person person, String id, Instant now) {
        database.createUpdate("insert into offline_wrong_code (id, person, at) values (:id, :person, :now)")
                .bind("id", id)
                .bind("person", person.id())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** The code was a right one. Belongs into the commit of what came of it. */
    public static void forgive(Handle database, String id) {
        database.createUpdate("delete from offline_wrong_code where id = :id")
                .bind("id", id)
                .execute();
    }

    /** Removes those that count no longer. Returns how many. */
    static int forget(Handle database, Instant now) {
        return database.execute(
                "delete from offline_wrong_code where at <= ?",
                now.minus(WINDOW).toEpochMilli());
    }

    /** True when there is something to {@link #forget}. */
    static boolean isAnyOver(Handle database, Instant now) {
        return database.createQuery("select 1 from offline_wrong_code where at <= :since limit 1")
                .bind("since", now.minus(WINDOW).toEpochMilli())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Problem 429 when there were too many. */
    public static void requireFew(Handle database, Person person, Instant now) {
        var count = database.createQuery(
                        "select count(*) from offline_wrong_code where person = :person and at > :since")
                .bind("person", person.id())
                .bind("since", now.minus(WINDOW).toEpochMilli())
                .mapTo(Integer.class)
                .one();
        if (count >= MAX) {
            throw new Problem(
                            429,
                            "too-many-wrong-codes",
                            "You gave " + MAX + " wrong codes within " + WINDOW.toHours() + " hours; wait")
                    .header("Retry-After", Long.toString(WINDOW.toSeconds()));
        }
    }
}
