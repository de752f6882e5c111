package dev.countersign.entity;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PackedEntities;
import dev.countersign.store.Database;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The graph in the database. Methods that take a handle run inside the caller's change. */
final class GraphStore {
    /** Entities that are read at once. */
    static final int PAGE = 10_000;

    private final Database database;

    GraphStore(Database database) {
        this.database = database;
    }

    /**
     * Where the graph stands.
     *
     * @param keptFrom whoever knows an older version must read everything again
     */
    record Head(long version, long keptFrom) {}

    /**
     * A stored entity.
     *
     * @param body null when it was deleted
     */
    record Row(long generation, EntityUid uid, @Nullable String body) {}

    Head head() {
        return database.read(handle -> handle.createQuery("select version, kept_from from entity_graph where id = 1")
                .map((row, context) -> new Head(row.getLong(1), row.getLong(2)))
                .one());
    }

    /** The live generation of each source. */
    Map<String, Long> live() {
        return database.read(
                handle -> handle.createQuery("select source, generation from entity_generation where state = 'LIVE'")
                        .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, TreeMap::new)));
    }

    /** All entities of a generation, page by page: it may change meanwhile. */
    PackedEntities load(long generation) {
        var builder = PackedEntities.builder();
        Row last = null;
        while (true) {
            var page = page(generation, null, last == null ? null : last.uid(), PAGE);
            for (var row : page) {
                if (row.body() != null) {
                    builder.add(EntityDocument.stored(row.uid(), row.body()));
                }
            }
            if (page.size() < PAGE) {
                return builder.build();
            }
            last = page.getLast();
        }
    }

    /** Up to {@code limit} entities of a generation that come after {@code after}, by type and id in the order of bytes. */
    private List<Row> page(long generation, @Nullable String type, @Nullable EntityUid after, int limit) {
        var start = after == null ? new EntityUid("", "") : after;
        return database.read(handle -> handle.createQuery("select generation, type, id, body from entity"
                        + " where generation = :generation and body is not null and (type, id) > (:type, :id)"
                        + (type == null ? "" : " and type = :only") + " order by type, id limit :limit")
                .bind("generation", generation)
                .bind("type", start.type())
                .bind("id", start.id())
                .bind("only", type)
                .bind("limit", limit)
                .map((row, context) -> row(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)))
                .list());
    }

    private static Row row(long generation, String type, String id, @Nullable String body) {
        return new Row(generation, new EntityUid(type, id), body);
    }

    /** As {@link #page} over {@code generations}. */
    List<Row> page(Iterable<Long> generations, @Nullable String type, @Nullable EntityUid after, int limit) {
        var rows = new ArrayList<Row>();
        generations.forEach(generation -> rows.addAll(page(generation, type, after, limit)));
        rows.sort(Comparator.comparing(Row::uid, GraphStore::compare));
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    private static int compare(EntityUid one, EntityUid other) {
        var types = bytes(one.type(), other.type());
        return types == 0 ? bytes(one.id(), other.id()) : types;
    }

    private static int bytes(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    Optional<String> body(long generation, EntityUid uid) {
        return database.read(handle -> handle.createQuery("select body from entity"
                        + " where generation = :generation and type = :type and id = :id and body is not null")
                .bind("generation", generation)
                .bind("type", uid.type())
                .bind("id", uid.id())
                .mapTo(String.class)
                .findOne());
    }

    /** What has changed in live generations since {@code version}, at most {@code limit}. */
    List<Row> changes(long version, int limit) {
        return database.read(handle -> handle.createQuery("""
                        select e.generation, e.type, e.id, e.body from entity e
                        join entity_generation g on g.generation = e.generation and g.state = 'LIVE'
                        where e.version > 0 and e.version > :version limit :limit""")
                .bind("version", version)
                .bind("limit", limit)
                .map((row, context) -> row(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)))
                .list());
    }

    /** A new generation, not live. */
    static long begin(Handle handle, String source, Instant now) {
        var generation = handle.createQuery(
                        "update entity_graph set next_generation = next_generation + 1 where id = 1 returning next_generation")
                .mapTo(Long.class)
                .one();
        handle.createUpdate("insert into entity_generation (generation, source, state, touched_at)"
                        + " values (:generation, :source, 'LOADING', :now)")
                .bind("generation", generation)
                .bind("source", source)
                .bind("now", now.toEpochMilli())
                .execute();
        return generation;
    }

    /** Adds entities to a generation that is loading. False when it is not any more. */
    static boolean add(Handle handle, long generation, List<EntityDocument> documents, Instant now) {
        if (handle.createUpdate("update entity_generation set touched_at = :now"
                                + " where generation = :generation and state = 'LOADING'")
                        .bind("now", now.toEpochMilli())
                        .bind("generation", generation)
                        .execute()
                != 1) {
            return false;
        }
        var batch =
                handle.prepareBatch("insert into entity (generation, type, id, body, version) values (?, ?, ?, ?, 0)");
        for (var document : documents) {
            batch.add(generation, document.uid().type(), document.uid().id(), document.body());
        }
        batch.execute();
        return true;
    }

    /** Takes the next version. Throws {@link GraphMoved} when the graph is no longer at {@code version}. */
    static void advance(Handle handle, long version) {
        if (handle.createUpdate("update entity_graph set version = version + 1 where id = 1 and version = :version")
                        .bind("version", version)
                        .execute()
                != 1) {
            throw new GraphMoved();
        }
    }

    /** Makes a generation that was loading live, in place of its source's, or of every source. False when it is not there. */
    static boolean activate(Handle handle, long generation, @Nullable String source, Instant now) {
        handle.createUpdate("update entity_generation set state = 'DEAD', touched_at = :now where state = 'LIVE'"
                        + (source == null ? "" : " and source = :source"))
                .bind("now", now.toEpochMilli())
                .bind("source", source)
                .execute();
        return handle.createUpdate("update entity_generation set state = 'LIVE', touched_at = :now"
                                + " where generation = :generation and state = 'LOADING'")
                        .bind("now", now.toEpochMilli())
                        .bind("generation", generation)
                        .execute()
                == 1;
    }

    static void abandon(Handle handle, long generation) {
        handle.createUpdate("update entity_generation set state = 'DEAD'"
                        + " where generation = :generation and state = 'LOADING'")
                .bind("generation", generation)
                .execute();
    }

    /** Writes one entity of a live generation, or that it was deleted, for version {@code version}. */
    static void put(Handle handle, long generation, EntityUid uid, @Nullable String body, long version) {
        handle.createUpdate("""
                        insert into entity (generation, type, id, body, version)
                        values (:generation, :type, :id, :body, :version)
                        on conflict (generation, type, id)
                        do update set body = excluded.body, version = excluded.version""")
                .bind("generation", generation)
                .bind("type", uid.type())
                .bind("id", uid.id())
                .bind("body", body)
                .bind("version", version)
                .execute();
    }
}
