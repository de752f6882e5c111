package dev.countersign.offline;

import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Forgets what is over: enrolments, with the secrets that they held, challenges, files and wrong codes. Nothing rests on it: whoever asks
 * looks at the time too. What was done is in the evidence, and the numbers of a key's files are kept with the key.
 */
final class OfflinePurge {
    /** How often it looks. */
    static final Duration PERIOD = Duration.ofMinutes(1);

    /** Tables whose rows say until when they count. */
    private static final List<String> EXPIRING = List.of("offline_enrolment", "offline_challenge", "offline_file");

    private final Database database;
    private final Journal journal;
    private final InstantSource clock;

    OfflinePurge(Database database, Journal journal, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
    }

    /** One look; writes only when there is something to forget. */
    void look() {
        var now = clock.instant();
        if (database.read(handle -> isAnythingOver(handle, now))) {
            journal.commit((handle, evidence) -> {
                for (var table : EXPIRING) {
                    handle.execute("delete from " + table + " where expires_at <= ?", now.toEpochMilli());
                }
                return WrongCodes.forget(handle, now);
            });
        }
    }

    private static boolean isAnythingOver(Handle handle, Instant now) {
        return EXPIRING.stream()
                        .anyMatch(table -> handle.createQuery(
                                        "select 1 from " + table + " where expires_at <= :now limit 1")
                                .bind("now", now.toEpochMilli())
                                .mapTo(Integer.class)
                                .findOne()
                                .isPresent())
                || WrongCodes.isAnyOver(handle, now);
    }
}
