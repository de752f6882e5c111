package dev.countersign.entity;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PackedEntities;
import dev.countersign.policy.PolicySet;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Puts and deletes a few entities, all or none, with the evidence of it. */
final class EntityChanges {
    private static final long NOT_YET = -1;

    private final LiveGraph graph;
    private final Journal journal;
    private final Supplier<PolicySet> policies;
    private final InstantSource clock;

    EntityChanges(LiveGraph graph, Journal journal, Supplier<PolicySet> policies, InstantSource clock) {
        this.graph = graph;
        this.journal = journal;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * Puts entities, in place of those of the same name.
     *
     * @param source whose they are; where it is empty an entity stays where it is, and a new one is the default source's
     * @param refusal how to tell what is wrong with one of them
     */
    Graph put(
            EnforcementPoint by,
            Optional<SourceName> source,
            Map<EntityUid, EntityDocument> documents,
            Refusal refusal) {
        return graph.change(before -> {
            var changes = new HashMap<String, Map<EntityUid, Optional<Entity>>>();
            documents.forEach((uid, document) -> changes.computeIfAbsent(
                            home(before, uid, source, refusal), name -> new LinkedHashMap<>())
                    .put(uid, Optional.of(document.entity())));
            var next = next(before, changes, Map.of());
            GraphLimits.require(next);
            requireFit(before, next, documents, refusal);
            return commit(before, changes, documents, evidence(by, documents));
        });
    }

    /** Deletes one. Problem 404 when it is not stored, 409 while others are in it. */
    Graph delete(EnforcementPoint by, EntityUid uid) {
        return graph.change(before -> {
            var home = before.sourceOf(uid).orElseThrow(() -> Problem.notFound("There is no such entity"));
            var member = policies.get().entities().get(uid) == null ? before.anyMember(uid) : null;
            if (member != null) {
                throw Problem.conflict("has-members", "Others are in it, " + member + " for one");
            }
            Map<EntityUid, Optional<Entity>> gone = Map.of(uid, Optional.empty());
            var entry = Entry.of("entity.changed", uid.toString())
                    .with("enforcement_point", by.id())
                    .with("change", "deleted");
            return commit(before, Map.of(home, gone), Map.of(), entry);
        });
    }

    private static String home(Graph graph, EntityUid uid, Optional<SourceName> source, Refusal refusal) {
        var home = graph.sourceOf(uid);
        var wanted = source.map(SourceName::value);
        if (home.isPresent() && wanted.isPresent() && !home.equals(wanted)) {
            throw refusal.of(
                    uid,
                    Problem.conflict("other-source", "It belongs to source " + home.get())
                            .with("pointer", "/uid"));
        }
        return home.or(() -> wanted).orElse(SourceName.DEFAULT.value());
    }

    private void requireFit(Graph before, Graph next, Map<EntityUid, EntityDocument> documents, Refusal refusal) {
        var set = policies.get();
        var check = new GraphCheck(next, set.entities());
        var moved = 0;
        for (var document : documents.values()) {
            var fault = Fault.shape(document.entity(), set);
            if (fault == null) {
                fault = Fault.place(document.entity(), check);
            }
            if (fault != null) {
                throw refusal.of(document.uid(), problem(fault, document.body()));
            }
            moved += hasMoved(before, document.entity()) ? 1 : 0;
        }
        // What is below a group that moved may now be too deep, or in itself through the policy folder's entities.
        if (moved > 1 || (moved == 1 && documents.keySet().stream().anyMatch(uid -> before.anyMember(uid) != null))) {
            requireHeld(next, set.entities());
        }
    }

    private static boolean hasMoved(Graph before, Entity entity) {
        return before.contains(entity.uid()) && !before.parentsOf(entity.uid()).equals(entity.parents());
    }

    private static void requireHeld(Graph next, Entities folder) {
        var check = new GraphCheck(next, folder);
        try {
            var fault = Fault.first(next, entity -> Fault.place(entity, check), GraphLimits.deadline());
            if (fault != null) {
                throw Problem.conflict("misplaced", fault.entity().uid() + " is below: " + fault.reason());
            }
        } catch (Fault.CheckTooSlow e) {
            throw Problem.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Problem 400 that points into the entity's JSON form. */
    static Problem problem(Fault fault, String body) {
        var parent = fault.parent();
        return Problem.invalid(
                parent == null ? fault.pointer() : EntityDocument.pointerTo(body, parent), fault.reason());
    }

    private static Graph next(
            Graph before, Map<String, Map<EntityUid, Optional<Entity>>> changes, Map<String, Long> begun) {
        var sources = new HashMap<>(before.sources());
        changes.forEach((source, more) -> sources.merge(
                source,
                SourceEntities.of(
                                begun.getOrDefault(source, NOT_YET),
                                PackedEntities.builder().build())
                        .with(more),
                (known, ignored) -> known.with(more)));
        return Graph.of(before.version() + 1, sources);
    }

    private Graph commit(
            Graph before,
            Map<String, Map<EntityUid, Optional<Entity>>> changes,
            Map<EntityUid, EntityDocument> documents,
            Entry entry) {
        var begun = journal.commit((handle, evidence) -> {
            GraphStore.advance(handle, before.version());
            var generations = new HashMap<String, Long>();
            changes.forEach((source, more) -> {
                var known = before.sources().get(source);
                var generation = known != null ? known.generation() : begin(handle, source);
                if (known == null) {
                    generations.put(source, generation);
                }
                more.keySet()
                        .forEach(uid -> GraphStore.put(
                                handle, generation, uid, body(documents.get(uid)), before.version() + 1));
            });
            evidence.record(entry.with("version", before.version() + 1));
            return generations;
        });
        return next(before, changes, begun);
    }

    private static @Nullable String body(@Nullable EntityDocument document) {
        return document == null ? null : document.body();
    }

    private long begin(Handle handle, String source) {
        var generation = GraphStore.begin(handle, source, clock.instant());
        GraphStore.activate(handle, generation, source, clock.instant());
        return generation;
    }

    private static Entry evidence(EnforcementPoint by, Map<EntityUid, EntityDocument> documents) {
        var bodies = new StringBuilder();
        documents.forEach((uid, document) ->
                bodies.append(uid).append('\n').append(document.body()).append('\n'));
        var entry = documents.size() == 1
                ? Entry.of(
                        "entity.changed", documents.keySet().iterator().next().toString())
                : Entry.of("entities.changed", "entities").with("entities", documents.size());
        return entry.with("enforcement_point", by.id())
                .with("change", "put")
                .with("sha256", Sha256.hex(bodies.toString()));
    }

    /** Adds to a problem which of several entities it is about. */
    interface Refusal {
        Problem of(EntityUid uid, Problem problem);
    }
}
