package dev.countersign.entity;

import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicySet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Why an entity cannot be stored.
 *
 * @param pointer to what is wrong in its JSON form
 * @param parent the group that is at fault, or null
 */
record Fault(Entity entity, String pointer, @Nullable EntityUid parent, String reason) {
    /** What of {@code entity} does not fit the schema, or null. */
    static @Nullable Fault shape(Entity entity, PolicySet policies) {
        var fault = policies.requests().fault(entity);
        return fault == null ? null : new Fault(entity, fault.path(), null, fault.reason());
    }

    /** What is wrong with where {@code entity} is, or null. */
    static @Nullable Fault place(Entity entity, GraphCheck check) {
        var misplaced = check.misplaced(entity);
        return misplaced == null ? null : new Fault(entity, "/parents", misplaced.parent(), misplaced.reason());
    }

    /**
     * The first fault that {@code check} finds in a graph, or null.
     *
     * @param deadline of {@link System#nanoTime}
     * @throws CheckTooSlow when it has not seen every entity then
     */
    static @Nullable Fault first(Graph graph, Function<Entity, @Nullable Fault> check, long deadline) {
        try {
            var looked = new int[1];
            graph.forEach(entity -> {
                if ((++looked[0] & 0xfff) == 0 && System.nanoTime() > deadline) {
                    throw new CheckTooSlow();
                }
                var fault = check.apply(entity);
                if (fault != null) {
                    throw new Found(fault);
                }
            });
            return null;
        } catch (Found found) {
            return found.fault;
        }
    }

    /** Ends a walk through the graph. */
    private static final class Found extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Fault fault;

        Found(Fault fault) {
            super(null, null, false, false);
            this.fault = fault;
        }
    }

    /** The graph is too large to be checked in the time there is. */
    static final class CheckTooSlow extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CheckTooSlow() {
            super("The stored entities could not be checked in time", null, false, false);
        }
    }
}
