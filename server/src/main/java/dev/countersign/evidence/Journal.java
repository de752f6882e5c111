package dev.countersign.evidence;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;

/**
 * The only way to write: every change of state is committed together with the evidence that describes it, durably,
 * before the call returns. Changes of concurrent requests share one commit (group commit).
 *
 * <p>Both methods throw {@link dev.countersign.http.Problem} 503 when the database is locked, full or away: nothing was
 * written then, and nothing may be permitted.
 */
public interface Journal {
    /** Appends one entry. Returns its index in the log. */
    long append(Entry entry);

    /**
     * Applies {@code change} in a database transaction shared with other requests' changes. If it throws, its own effects
     * and entries are rolled back, nobody else's, and the exception reaches this caller.
     */
    <T> T commit(Change<T> change);

    /** Calls {@code listener} after each durable entry, in log order, on a thread of the journal's. Must not block. */
    AutoCloseable listen(Consumer<Recorded> listener);

    /** State changes and their evidence. May run more than once: no effects outside the handle and the recorder. */
    interface Change<T> {
        T apply(Handle database, Recorder evidence);
    }

    /** Takes the entries of one change. */
    interface Recorder {
        void record(Entry entry);

        /** As {@link #record(Entry)}; {@code indexed} gets the index inside the same database transaction. */
        void record(Entry entry, LongConsumer indexed);
    }

    /** A durable entry: its index and the exact bytes (JCS JSON) that the tree hashes. */
    record Recorded(long index, Entry entry, byte[] bytes) {}
}
