package dev.countersign.entity;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.policy.Entity;
import dev.countersign.policy.PackedEntities;
import dev.countersign.policy.PolicySet;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a source, or everything, by what one body holds. The body is read line by line into a generation of its own,
 * many small commits that hold nobody up, and goes live in one; a line that does not fit undoes all of it.
 */
final class Replacement {
    /** How long the body may take to arrive. */
    static final Duration MAX_TIME = Duration.ofMinutes(10);

    private final LiveGraph graph;
    private final GraphStore store;
    private final Journal journal;
    private final Supplier<PolicySet> policies;
    private final InstantSource clock;
    private final Semaphore running = new Semaphore(1);

    Replacement(LiveGraph graph, GraphStore store, Journal journal, Supplier<PolicySet> policies, InstantSource clock) {
        this.graph = graph;
        this.store = store;
        this.journal = journal;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * What was loaded.
     *
     * @param sha256 hex, of the body
     */
    record Loaded(Graph graph, int entities, String sha256) {}

    /** @param source which one, or empty for everything: then all is the default source's */
    Loaded replace(EnforcementPoint by, Optional<SourceName> source, InputStream body) {
        if (!running.tryAcquire()) {
            throw Problem.conflict("load-running", "This node is loading entities already; try again after that");
        }
        try {
            return load(by, source, body);
        } finally {
            running.release();
        }
    }

    private Loaded load(EnforcementPoint by, Optional<SourceName> source, InputStream body) {
        var name = source.orElse(SourceName.DEFAULT).value();
        var generation = journal.<Long>commit((handle, evidence) -> GraphStore.begin(handle, name, clock.instant()));
        try {
            var set = policies.get();
            var lines = new NdjsonLines(body, MAX_TIME);
            var entities = SourceEntities.of(generation, read(lines, generation, set));
            var load = new Load(by, source, name, entities, lines.sha256(), set);
            return new Loaded(graph.change(before -> goLive(before, load)), entities.size(), load.sha256);
        } catch (RuntimeException e) {
            journal.commit((handle, evidence) -> {
                GraphStore.abandon(handle, generation);
                return generation;
            });
            throw e;
        }
    }

    private PackedEntities read(NdjsonLines lines, long generation, PolicySet set) {
        var builder = PackedEntities.builder();
        try (var staging = new Staging(journal, clock, generation)) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                var json = line;
                var document = atLine(lines.number(), () -> document(json, set, builder));
                staging.add(document);
            }
            staging.finish();
        }
        return builder.build();
    }

    private static EntityDocument document(byte[] line, PolicySet set, PackedEntities.Builder builder) {
        var document = EntityDocument.read(Json.read(line));
        var fault = Fault.shape(document.entity(), set);
        if (fault != null) {
            throw Problem.invalid(fault.pointer(), fault.reason());
        }
        if (builder.size() == GraphLimits.MAX_ENTITIES) {
            throw new Problem(413, "too-large", "There are more than " + GraphLimits.MAX_ENTITIES + " entities");
        }
        if (!builder.add(document.entity())) {
            throw Problem.invalid("/uid", "An earlier line has this entity");
        }
        return document;
    }

    /** Runs {@code reading}; a problem that it throws says in which line, from 1. */
    static <T> T atLine(int line, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (Problem e) {
            throw e.with("line", line);
        }
    }

    private Graph goLive(Graph before, Load load) {
        var next =
                load.source.isPresent() ? before.with(load.name, load.entities) : before.only(load.name, load.entities);
        GraphLimits.require(next);
        requireFit(next, load);
        journal.commit((handle, evidence) -> {
            GraphStore.advance(handle, before.version());
            var replaced = load.source.map(SourceName::value).orElse(null);
            if (!GraphStore.activate(handle, load.entities.generation(), replaced, clock.instant())) {
                throw Problem.conflict("load-expired", "The load was given up, it took too long");
            }
            evidence.record(Entry.of("entities.replaced", replaced == null ? "all" : replaced)
                    .with("enforcement_point", load.by.id())
                    .with("source", load.name)
                    .with("entities", load.entities.size())
                    .with("entities_before", replaced == null ? before.size() : sizeOf(before, replaced))
                    .with("sha256", load.sha256)
                    .with("version", next.version()));
            return next.version();
        });
        return next;
    }

    private static long sizeOf(Graph graph, String source) {
        var entities = graph.sources().get(source);
        return entities == null ? 0 : entities.size();
    }

    /** The whole graph, because what is elsewhere may have been in groups that are gone. */
    private void requireFit(Graph next, Load load) {
        var set = policies.get();
        var check = new GraphCheck(next, set.entities());
        var others = next.sources().entrySet().stream()
                .filter(source -> !source.getKey().equals(load.name))
                .toList();
        var schemaMayDiffer = !set.hash().equals(load.checkedBy.hash());
        try {
            var fault = Fault.first(
                    next,
                    entity -> {
                        var misplaced = Fault.place(entity, check);
                        if (misplaced == null && schemaMayDiffer) {
                            misplaced = Fault.shape(entity, set);
                        }
                        return misplaced != null ? misplaced : inTwo(entity, load, others);
                    },
                    GraphLimits.deadline());
            if (fault != null) {
                throw problem(fault, load);
            }
        } catch (Fault.CheckTooSlow e) {
            throw Problem.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Fault inTwo(Entity entity, Load load, Iterable<Map.Entry<String, SourceEntities>> others) {
        if (!load.entities.contains(entity.uid())) {
            return null;
        }
        for (var other : others) {
            if (other.getValue().contains(entity.uid())) {
                return new Fault(entity, "/uid", null, "It belongs to source " + other.getKey());
            }
        }
        return null;
    }

    private Problem problem(Fault fault, Load load) {
        var uid = fault.entity().uid();
        var position = load.entities.position(uid);
        if (position < 0) {
            return Problem.conflict(
                    "misplaced", uid + ", of another source, would not fit any more: " + fault.reason());
        }
        var body = store.body(load.entities.generation(), uid).orElse("{}");
        return EntityChanges.problem(fault, body).with("line", position + 1);
    }

    /**
     * A body that was read.
     *
     * @param checkedBy whose schema every line fits
     */
    private record Load(
            EnforcementPoint by,
            Optional<SourceName> source,
            String name,
            SourceEntities entities,
            String sha256,
            PolicySet checkedBy) {}
}
