package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.evidence.Journal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Ends sessions at the wish of somebody, who stands in the evidence. Durable before the call returns. */
public interface SessionEnding {
    /** Ends {@code session} and all below it. Returns how many were ended: none when it had ended before. */
    int end(SessionId session, Ending ending);

    /**
     * Ends all sessions of {@code person} but {@code kept} and what is below it. {@code also} happens in the same database
     * transaction as the first of them.
     */
    int endAll(Person person, @Nullable SessionId kept, Ending ending, Also also);

    /**
     * Who wishes it, and why.
     *
     * @param reason a sentence without its full stop, as the session's page shows it
     * @param session that the wish came from
     * @param evaluation the decision that permitted it, or null for one's own sessions
     */
    record Ending(
            String reason,
            Person by,
            SessionId session,
            @Nullable String evaluation) {
        public Ending {
            requireNonNull(reason);
            requireNonNull(by);
            requireNonNull(session);
        }
    }

    /** Changes that belong together with the end, and their evidence. May run more than once: see {@link Journal.Change}. */
    @FunctionalInterface
    interface Also {
        /** Nothing else. */
        Also NOTHING = (database, evidence) -> {};

        void apply(Handle database, Journal.Recorder evidence);
    }
}
