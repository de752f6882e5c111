package dev.countersign.session;

import dev.countersign.evidence.Journal;
import org.jdbi.v3.core.Handle;

/** Is told of changes of sessions inside the database transaction of the change: what it writes is written or lost with it. */
@FunctionalInterface
public interface SessionObserver {
    /** Tells nobody. */
    SessionObserver NONE = (handle, evidence, session, change) -> {};

    /** May run more than once, as the change itself: no effects outside {@code handle}. */
    void changed(Handle handle, Journal.Recorder evidence, SessionId session, Change change);

    /** What happened to a session. */
    sealed interface Change {
        /** It is over. */
        record Ended(String reason) implements Change {}

        /** It may not act until a step-up. */
        record Suspended(String reason) implements Change {}

        /** A step-up raised it, and made it active again when it was suspended. */
        record Raised(Assurance before, Assurance now, boolean wasSuspended) implements Change {}

        /** Its login is worth less than it was. */
        record Lowered(Assurance before, String reason) implements Change {}
    }
}
