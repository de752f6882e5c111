package dev.countersign.webauthn;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jdbi.v3.core.Handle;

/** Records refused assertions and holds a person's attempts back after too many. */
final class Refusals {
    /** Refused assertions of a person within {@link #WINDOW}; after that none is looked at until some are older. */
    static final int MAX = 10;

    static final Duration WINDOW = Duration.ofMinutes(10);

    private final Database database;
    private final Journal journal;
    private final InstantSource clock;
    private final SecureRandom random;

    Refusals(Database database, Journal journal, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
        this.random = random;
    }

    /** Problem 429 while the person has had too many. */
    void requireFew(Person person) {
        int failures = database.<Integer>read(handle -> count(handle, person, clock.millis()));
        requireBelowLimit(failures);
    }

    /**
     * Counts an attempt as refused until {@link #forgive}, so that however many are tried at once no more than
     * {@link #MAX} are looked at. Problem 429 when there were too many.
     *
     * @return the attempt's id
     */
    String begin(Person person) {
        var id = id();
        var now = clock.millis();
        return journal.commit((handle, evidence) -> insert(handle, person, id, now));
    }

    /** The attempt was a good one. Belongs into the commit of what came of it. */
    static void forgive(Handle handle, String attempt) {
        handle.createUpdate("delete from webauthn_failure where id = :id")
                .bind("id", attempt)
                .execute();
    }

    /** Records why a begun attempt is refused, and answers with what to throw. The caller learns less than the evidence. */
    Problem refuseBegun(Person person, String reason) {
        return journal.commit((handle, evidence) -> {
            evidence.record(entry(person, reason));
            return refused();
        });
    }

    /** Counts and records the refusal of an attempt that never began. */
    Problem refuse(Person person, String reason) {
        var id = id();
        var now = clock.millis();
        return journal.commit((handle, evidence) -> {
            insert(handle, person, id, now);
            evidence.record(entry(person, reason));
            return refused();
        });
    }

    private static String insert(Handle handle, Person person, String id, long now) {
        handle.createUpdate("delete from webauthn_failure where at <= :since")
                .bind("since", now - WINDOW.toMillis())
                .execute();
        requireBelowLimit(count(handle, person, now));
        handle.createUpdate("insert into webauthn_failure (id, person, at) values (:id, :person, :now)")
                .bind("id", id)
                .bind("person", person.id())
                .bind("now", now)
                .execute();
        return id;
    }

    private static int count(Handle handle, Person person, long now) {
        return handle.createQuery("select count(*) from webauthn_failure where person = :person and at > :since")
                .bind("person", person.id())
                .bind("since", now - WINDOW.toMillis())
                .mapTo(Integer.class)
                .one();
    }

    private static void requireBelowLimit(int failures) {
        if (failures >= MAX) {
            throw new Problem(429, "too-many-failures", "Too many failed attempts; try again in ten minutes")
                    .header("Retry-After", Long.toString(WINDOW.toSeconds()));
        }
    }

    private static Entry entry(Person person, String reason) {
        return Entry.of("authenticator.refused", person.id()).with("reason", reason);
    }

    private static Problem refused() {
        return new Problem(403, "assertion-refused", "The authenticator's answer was not accepted");
    }

    private String id() {
        var id = new byte[16];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
