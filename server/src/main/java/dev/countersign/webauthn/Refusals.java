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
        var failures = database.read(handle -> handle.createQuery(
                        "select count(*) from webauthn_failure where person = :person and at > :since")
                .bind("person", person.id())
                .bind("since", clock.millis() - WINDOW.toMillis())
                .mapTo(Integer.class)
                .one());
        if (failures >= MAX) {
            throw new Problem(429, "too-many-failures", "Too many failed attempts; try again in ten minutes")
                    .header("Retry-After", Long.toString(WINDOW.toSeconds()));
        }
    }

    /** Records the refusal and answers with what to throw. The caller learns less than the evidence. */
    Problem refuse(Person person, String reason) {
        var id = new byte[16];
        random.nextBytes(id);
        var now = clock.millis();
        return journal.commit((handle, evidence) -> {
            handle.createUpdate("delete from webauthn_failure where at <= :since")
                    .bind("since", now - WINDOW.toMillis())
                    .execute();
            handle.createUpdate("insert into webauthn_failure (id, person, at) values (:id, :person, :now)")
                    .bind("id", HexFormat.of().formatHex(id))
                    .bind("person", person.id())
                    .bind("now", now)
                    .execute();
            evidence.record(Entry.of("authenticator.refused", person.id()).with("reason", reason));
            return new Problem(403, "assertion-refused", "The authenticator's answer was not accepted");
        });
    }
}
