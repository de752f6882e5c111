package dev.countersign.entity;

import dev.countersign.http.Problem;
import java.time.Duration;

/** How large the graph may be, and how long looking at all of it may take. */
final class GraphLimits {
    /** Most stored entities. */
    static final int MAX_ENTITIES = 2_000_000;

    /** Most sources: each is asked for each entity. */
    static final int MAX_SOURCES = 16;

    /** How long checking every entity may take, before it is refused what called for the check. */
    static final Duration MAX_CHECK = Duration.ofSeconds(30);

    private GraphLimits() {}

    /** Problem 409 or 413 when there are more sources or entities than may be. */
    static void require(Graph graph) {
        if (graph.sources().size() > MAX_SOURCES) {
            throw Problem.conflict("too-many-sources", "There would be more than " + MAX_SOURCES + " sources");
        }
        if (graph.size() > MAX_ENTITIES) {
            throw new Problem(413, "too-large", "There would be more than " + MAX_ENTITIES + " entities");
        }
    }

    static long deadline() {
        return System.nanoTime() + MAX_CHECK.toNanos();
    }
}
