package dev.countersign.callback;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.transaction.TaskCallbacks;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/** Callbacks to exactly those endpoints that the settings give an enforcement point. */
final class RegisteredCallbacks implements TaskCallbacks {
    /** Longest {@code state}, characters. */
    static final int MAX_STATE = 1_024;

    /** Statuses that can be told of: all that are final. */
    static final Set<String> EVENTS = Set.of("approved", "denied", "expired", "cancelled", "failed", "partial");

    private final Map<String, List<URI>> endpoints;

    /** @param endpoints of each enforcement point */
    RegisteredCallbacks(Map<String, List<URI>> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
    }

    @Override
    public Wanted read(EnforcementPoint point, Fields callback) {
        callback.only(Set.of("endpoint", "state", "events"));
        var endpoint = callback.text("endpoint", 2_048);
        if (endpoints.getOrDefault(point.id(), List.of()).stream()
                .noneMatch(known -> known.toString().equals(endpoint))) {
            throw Problem.invalid(callback.at("endpoint"), "Not a callback of this enforcement point");
        }
        return new Wanted(endpoint, callback.optionalText("state", MAX_STATE), events(callback));
    }

    private static Set<String> events(Fields callback) {
        var given = callback.get("events");
        if (given == null) {
            return EVENTS;
        }
        var events = new TreeSet<String>();
        for (var event : given) {
            if (!EVENTS.contains(event.asString(""))) {
                throw Problem.invalid(callback.at("events"), "Expected some of " + new TreeSet<>(EVENTS));
            }
            events.add(event.asString());
        }
        if (!given.isArray() || events.isEmpty()) {
            throw Problem.invalid(callback.at("events"), "Expected an array of at least one event");
        }
        return events;
    }

    @Override
    public void register(Handle database, EnforcementPoint point, String task, Wanted callback, Instant now) {
        CallbackStore.insert(database, task, point.id(), callback, now);
    }

    @Override
    public Optional<ObjectNode> standing(Handle database, String task) {
        return CallbackStore.standing(database, task).map(RegisteredCallbacks::write);
    }

    private static ObjectNode write(Standing standing) {
        var written = Json.MAPPER.createObjectNode();
        if (standing.told() != null) {
            written.put("told", standing.told());
        }
        if (standing.lastError() != null) {
            written.put("failures", standing.attempts()).put("last_error", standing.lastError());
        }
        if (standing.lastError() != null && standing.nextAt() != null) {
            written.put("next_attempt_at", standing.nextAt().toString());
        }
        if (standing.givenUpAt() != null) {
            written.put("given_up_at", standing.givenUpAt().toString());
        }
        return written;
    }
}
