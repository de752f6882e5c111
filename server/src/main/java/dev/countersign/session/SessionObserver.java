package dev.countersign.session;

import org.jdbi.v3.core.Handle;

/** Is told of changes of sessions inside the database transaction of the change: what it writes is written or lost with it. */
@FunctionalInterface
public interface SessionObserver {
    /** Tells nobody. */
    SessionObserver NONE = (handle, session, change) -> {};

    /** May run more than once, as the change itself: no effects outside {@code handle}. */
    void changed(Handle handle, SessionId session, Change change);

    /** What happened to a session. */
    sealed interface Change {
        /** It is over. */
        record Ended(String reason) implements Change {}

        /** It may not act until a step-up. */
        record Suspended(String reason) implements Change {}

        /** A step-up raised it. */
        record Raised(Assurance before, Assurance now) implements Change {}

        /** Its login is worth less than it was. */
        record Lowered(Assurance before, String reason) implements Change {}
    }
}
