package dev.countersign.transaction;

import dev.countersign.evidence.Journal;
import org.jdbi.v3.core.Handle;

/** Hears of every change of every request. */
@FunctionalInterface
public interface RequestObserver {
    /**
     * Called within the change's own commit, after it was made: what is written here is committed with it or not at all. May be
     * called more than once for one change; no effects outside {@code database} and {@code evidence}.
     */
    void changed(Handle database, Journal.Recorder evidence, RequestChange change);
}
