package dev.countersign.entity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Problem;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PackedEntities;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.store.Database;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** The graph in the database, as a second node reads it. */
@ParameterizedClass
@EnumSource(Engine.class)
final class GraphTest {
    private static final EnforcementPoint FEED = new EnforcementPoint("feed", Set.of());

    private final Database database;
    private final EvidenceFeature evidence;
    private final PolicySet policies;
    private final GraphStore store;
    private Instant now = Instant.now();
    private LiveGraph graph;
    private EntityChanges changes;
    private Replacement replacement;

    GraphTest(Engine engine) throws Exception {
        var settings = TestDatabases.settings(engine);
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, () -> now, new SecureRandom());
        policies = PolicySet.parse(
                new PolicySource(
                        Map.of(
                                "p.cedar", "permit (principal, action, resource);",
                                "p.cedarschema",
                                        "entity Doc in [Doc] = { n?: Long }; action \"read\" appliesTo { principal: [Doc], resource: [Doc] };")));
        store = new GraphStore(database);
    }

    @BeforeEach
    void open() {
        graph = new LiveGraph(store);
        changes = new EntityChanges(graph, evidence.journal(), () -> policies, () -> now);
        replacement = new Replacement(graph, store, evidence.journal(), () -> policies, () -> now);
    }

    @AfterEach
    void close() {
        graph.close();
        evidence.close();
        database.close();
    }

    @Test
    void whoReadsLaterReadsTheSame() {
        replace("a", 0, 50);
        var early = new GraphReading(store).newest(Graph.EMPTY);
        put("a", 50, 60, 1);
        put("b", 100, 110, 2);
        changes.delete(FEED, uid(3));
        put("a", 0, 1, 7);
        var caughtUp = new GraphReading(store).newest(early);
        var fresh = new GraphReading(store).newest(Graph.EMPTY);
        for (var seen : new Graph[] {caughtUp, fresh, graph.current()}) {
            assertThat(seen.version()).isEqualTo(5);
            assertThat(seen.size()).isEqualTo(69);
            assertThat(seen.contains(uid(3))).isFalse();
            assertThat(seen.get(uid(0)))
                    .isEqualTo(EntityDocument.read(json(0, 7)).entity());
            assertThat(seen.sourceOf(uid(105))).contains("b");
        }
        assertThat(new GraphReading(store).newest(fresh)).isSameAs(fresh);
        replace("a", 0, 2);
        assertThat(new GraphReading(store).newest(caughtUp).size()).isEqualTo(12);
    }

    @Test
    void forgottenDeletionsMakeOtherNodesReadEverythingAgain() {
        replace("a", 0, 10);
        var early = new GraphReading(store).newest(Graph.EMPTY);
        changes.delete(FEED, uid(3));
        changes.delete(FEED, uid(4));
        try (var cleanup = new Cleanup(database, evidence.journal(), () -> now)) {
            assertThat(cleanup.forgetDeleted(2)).isFalse();
            assertThat(cleanup.forgetDeleted(1)).isTrue();
        }
        assertThat(rows()).isEqualTo(8);
        assertThat(new GraphReading(store).newest(early).size()).isEqualTo(8);
    }

    @Test
    void moreChangesThanAreReadOneByOneAreReadWhole() {
        replace("a", 0, 10);
        var early = new GraphReading(store).newest(Graph.EMPTY);
        for (var from = 0; from < 25_000; from += 5_000) {
            put("a", from, from + 5_000, 9);
        }
        var later = new GraphReading(store).newest(early);
        assertThat(later.size()).isEqualTo(25_000);
        assertThat(graph.current().size()).isEqualTo(25_000);
        assertThat(later.get(uid(24_999))).isEqualTo(graph.current().get(uid(24_999)));
    }

    @Test
    void whatIsReplacedOrAbandonedIsRemoved() {
        replace("a", 0, 5_000);
        replace("a", 0, 10);
        assertThatThrownBy(() -> replace("a", 0, 3_000, "no JSON")).isInstanceOf(Problem.class);
        var lost = evidence.journal().<Long>commit((handle, recorder) -> GraphStore.begin(handle, "a", now));
        try (var cleanup = new Cleanup(database, evidence.journal(), () -> now)) {
            while (cleanup.removeSome()) {
                assertThat(rows()).isGreaterThanOrEqualTo(10);
            }
            assertThat(rows()).isEqualTo(10);
            assertThat(generations()).isEqualTo(2);
            now = now.plus(Cleanup.LOAD_EXPIRES).plusMillis(1);
            while (cleanup.removeSome()) {
                assertThat(rows()).isEqualTo(10);
            }
            assertThat(generations()).isEqualTo(1);
        }
        assertThat(evidence.journal()
                        .<Boolean>commit((handle, recorder) -> GraphStore.add(handle, lost, java.util.List.of(), now)))
                .as("a load that was given up cannot go on")
                .isFalse();
    }

    @Test
    void whatWasCheckedAgainstAnOlderGraphIsCheckedAgain() {
        replace("a", 0, 10);
        try (var other = new LiveGraph(store)) {
            var elsewhere = new EntityChanges(other, evidence.journal(), () -> policies, () -> now);
            elsewhere.delete(FEED, uid(7));
            var inSeven = JsonMapper.shared()
                    .readTree(
                            "{\"uid\":{\"type\":\"Doc\",\"id\":\"x\"},\"parents\":[{\"type\":\"Doc\",\"id\":\"d7\"}]}");
            var document = EntityDocument.read(inSeven);
            assertThatThrownBy(() -> changes.put(
                            FEED, Optional.empty(), Map.of(document.uid(), document), (uid, problem) -> problem))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.extensions()).containsEntry("pointer", "/parents/0"));
        }
    }

    @Test
    void oneLoadRunsAtATime() throws Exception {
        var reading = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var slow = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                reading.countDown();
                try {
                    release.await(); // until the other load was refused
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return -1;
            }
        };
        var load = CompletableFuture.runAsync(
                () -> replacement.replace(FEED, Optional.empty(), slow), Thread::startVirtualThread);
        reading.await();
        assertThatThrownBy(() -> replace("a", 0, 1))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo("load-running"));
        release.countDown();
        load.join();
        replace("a", 0, 1);
    }

    @Test
    void whatMayBeOldDecidesNothing() throws Exception {
        replace("a", 0, 1);
        assertThat(graph.with(policies).get(uid(0))).isNotNull();
        evidence.close();
        database.close();
        var closedAt = System.nanoTime();
        Problem refusal = null;
        while (refusal == null
                && System.nanoTime() - closedAt
                        < LiveGraph.MAX_UNREAD.plusSeconds(5).toNanos()) {
            try {
                graph.with(policies);
                Thread.sleep(50);
            } catch (Problem e) {
                refusal = e;
            }
        }
        assertThat(requireNonNull(refusal).status()).isEqualTo(503);
        assertThat(System.nanoTime() - closedAt)
                .isGreaterThan(LiveGraph.MAX_UNREAD
                        .minus(LiveGraph.POLL.multipliedBy(2))
                        .toNanos());
    }

    @Test
    void entitiesAreLimited() {
        var builder = PackedEntities.builder();
        for (var i = 0; i < GraphLimits.MAX_ENTITIES; i++) {
            builder.add(Entity.of(uid(i), Set.of()));
        }
        var most = Graph.of(1, Map.of("a", SourceEntities.of(1, builder.build())));
        GraphLimits.require(most);
        var one = PackedEntities.builder();
        one.add(Entity.of(uid(-1), Set.of()));
        assertThatThrownBy(() -> GraphLimits.require(most.with("b", SourceEntities.of(2, one.build()))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(413));
        assertThatThrownBy(() -> Fault.first(most, entity -> null, System.nanoTime() - 1))
                .isInstanceOf(Fault.CheckTooSlow.class);
    }

    private void replace(String source, int from, int to, String... more) {
        var lines = new StringBuilder();
        for (var i = from; i < to; i++) {
            lines.append(json(i, 0)).append('\n');
        }
        lines.append(String.join("\n", more));
        replacement.replace(
                FEED,
                Optional.of(new SourceName(source)),
                new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private void put(String source, int from, int to, int n) {
        var documents = new LinkedHashMap<EntityUid, EntityDocument>();
        for (var i = from; i < to; i++) {
            documents.put(uid(i), EntityDocument.read(json(i, n)));
        }
        changes.put(FEED, Optional.of(new SourceName(source)), documents, (uid, problem) -> problem);
    }

    private static EntityUid uid(int i) {
        return new EntityUid("Doc", "d" + i);
    }

    private static tools.jackson.databind.JsonNode json(int i, int n) {
        return JsonMapper.shared()
                .readTree("{\"uid\":{\"type\":\"Doc\",\"id\":\"d%d\"},\"attrs\":{\"n\":%d}}".formatted(i, n));
    }

    private long rows() {
        return count("select count(*) from entity");
    }

    private long generations() {
        return count("select count(*) from entity_generation");
    }

    private long count(String query) {
        return database.read(
                handle -> handle.createQuery(query).mapTo(Long.class).one());
    }
}
