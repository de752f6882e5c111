package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Tells enforcement points what became of their tasks (AuthZEN Callback Notifications profile). */
public interface TaskCallbacks {
    /** Reads the member {@code callback} of a submission. Throws Problem 400 for an endpoint that is not this enforcement point's. */
    Wanted read(EnforcementPoint point, Fields callback);

    /** Remembers where to tell of {@code task}, in the commit that makes the task. */
    void register(Handle database, EnforcementPoint point, String task, Wanted callback, Instant now);

    /** How far telling is, for whoever asks about the task. */
    Optional<ObjectNode> standing(Handle database, String task);

    /**
     * Where and what to tell.
     *
     * @param state handed back as it came
     * @param events statuses that are told of
     */
    record Wanted(String endpoint, @Nullable String state, Set<String> events) {
        public Wanted {
            events = Set.copyOf(events);
        }
    }
}
