package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.transaction.AccessRequest.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param by whose doing it was, or null when it was time or policy
 * @param disowned whether that person said that it was not genuine
 */
record RequestEnd(
        State state, @Nullable Person by, @Nullable String reason, boolean disowned, Instant at) {
    static RequestEnd of(State state, @Nullable Person by, @Nullable String reason, Instant at) {
        return new RequestEnd(state, by, reason, false, at);
    }

    static RequestEnd notGenuine(Person by, String reason, Instant at) {
        return new RequestEnd(State.DENIED, by, reason, true, at);
    }
}
