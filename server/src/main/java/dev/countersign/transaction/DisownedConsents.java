package dev.countersign.transaction;

import dev.countersign.evidence.Journal;
import dev.countersign.session.Person;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** What sessions left behind that still permits something. */
public interface DisownedConsents {
    /**
     * Ends the open requests of {@code person} and withdraws their signatures that are not spent, within the caller's
     * change. Returns how many of both.
     */
    int takeBack(Handle database, Journal.Recorder evidence, Person person, Instant now);
}
