package dev.countersign.entity;

import dev.countersign.decision.StoredEntities;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.policy.PolicyFault;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The stored entities: fed over HTTP, checked against the live policies' schema, used in decisions. */
public final class EntityFeature implements AutoCloseable {
    private final GraphStore store;
    private final LiveGraph graph;
    private final Cleanup cleanup;
    private final Journal journal;
    private final InstantSource clock;

    private EntityFeature(GraphStore store, LiveGraph graph, Cleanup cleanup, Journal journal, InstantSource clock) {
        this.store = store;
        this.graph = graph;
        this.cleanup = cleanup;
        this.journal = journal;
        this.clock = clock;
    }

    /** Reads the graph into memory. Throws Problem 503 when the database is away. */
    public static EntityFeature wire(Database database, Journal journal, InstantSource clock) {
        var store = new GraphStore(database);
        return new EntityFeature(store, new LiveGraph(store), new Cleanup(database, journal, clock), journal, clock);
    }

    /** What decisions look at. */
    public StoredEntities stored() {
        return graph;
    }

    /**
     * Throws when a stored entity does not fit the schema of {@code next}, or not its entities: such a set must not go live.
     */
    public void admit(PolicySet next) throws PolicyLoadException {
        var check = new GraphCheck(graph.current(), next.entities());
        try {
            var fault = Fault.first(
                    graph.current(),
                    entity -> {
                        var shape = Fault.shape(entity, next);
                        return shape == null ? Fault.place(entity, check) : shape;
                    },
                    GraphLimits.deadline());
            if (fault != null) {
                throw refusal("the stored entity " + fault.entity().uid() + " does not fit: " + fault.pointer() + ": "
                        + fault.reason());
            }
        } catch (Fault.CheckTooSlow e) {
            throw refusal(
                    "the stored entities could not be checked within " + GraphLimits.MAX_CHECK.toSeconds() + " s");
        }
    }

    private static PolicyLoadException refusal(String reason) {
        var hint = "change the stored entities first, or let the schema allow both: docs/entities.md";
        return new PolicyLoadException(List.of(new PolicyFault("(stored entities)", 0, 0, reason, "", hint)));
    }

    /** @param policies whose schema entities must fit */
    public void routes(HttpRouting.Builder routing, EnforcementPoints enforcementPoints, Supplier<PolicySet> policies) {
        new EntityRoutes(
                        enforcementPoints,
                        graph,
                        store,
                        new EntityChanges(graph, journal, policies, clock),
                        new Replacement(graph, store, journal, policies, clock))
                .register(routing);
    }

    @Override
    public void close() {
        cleanup.close();
        graph.close();
    }
}
