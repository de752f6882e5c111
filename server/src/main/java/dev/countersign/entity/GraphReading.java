package dev.countersign.entity;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings a graph up to date with the database without stopping whoever writes there: it reads what is missing, then the
 * changes since, until the version before and after a reading is the same, so that no change is seen in part.
 */
final class GraphReading {
    /** Changes that are read one by one; with more, their sources are read whole. */
    static final int MAX_CHANGES = SourceEntities.MAX_CHANGES;

    /** Readings during each of which somebody wrote, before this one gives up. */
    static final int MAX_ATTEMPTS = 100;

    private final GraphStore store;

    GraphReading(GraphStore store) {
        this.store = store;
    }

    /** The newest graph, {@code known} itself when that is it. Throws Problem 503 when the database is away. */
    Graph newest(Graph known) {
        var parts = new HashMap<Long, Part>();
        known.sources().values().forEach(part -> parts.put(part.generation(), new Part(part, known.version())));
        for (var attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            var head = store.head();
            if (attempt == 0 && head.version() == known.version()) {
                return known;
            }
            var live = store.live();
            parts.keySet().retainAll(live.values());
            parts.values().removeIf(part -> part.asOf() < head.keptFrom());
            for (var generation : live.values()) {
                parts.computeIfAbsent(
                        generation,
                        missing -> new Part(SourceEntities.of(missing, store.load(missing)), head.version()));
            }
            if (apply(parts, head.version()) && store.head().equals(head)) {
                var sources = new TreeMap<String, SourceEntities>();
                live.forEach((source, generation) -> sources.put(
                        source, requireNonNull(parts.get(generation)).entities()));
                return Graph.of(head.version(), sources);
            }
        }
        throw new IllegalStateException("The stored entities change faster than they can be read");
    }

    /** False when there are too many changes: then the older parts are gone, to be read whole. */
    private boolean apply(Map<Long, Part> parts, long version) {
        var oldest = parts.values().stream().mapToLong(Part::asOf).min().orElse(version);
        var rows = store.changes(oldest, MAX_CHANGES + 1);
        if (rows.size() > MAX_CHANGES) {
            parts.values().removeIf(part -> part.asOf() == oldest);
            return false;
        }
        var changes = new HashMap<Long, Map<EntityUid, Optional<Entity>>>();
        for (var row : rows) {
            var body = row.body();
            changes.computeIfAbsent(row.generation(), generation -> new HashMap<>())
                    .put(row.uid(), Optional.ofNullable(body).map(text -> EntityDocument.stored(row.uid(), text)));
        }
        parts.replaceAll((generation, part) ->
                new Part(part.entities().with(changes.getOrDefault(generation, Map.of())), version));
        return true;
    }

    /**
     * The entities of a generation.
     *
     * @param asOf every change up to this version is in it
     */
    private record Part(SourceEntities entities, long asOf) {}
}
