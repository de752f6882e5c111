package dev.countersign.signal;

import dev.countersign.http.Json;
import dev.countersign.store.Database;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Streams and applications that we tell. Methods with a handle run in the caller's change. */
final class TargetStore {
    private final Database database;

    TargetStore(Database database) {
        this.database = database;
    }

    static void insert(Handle handle, Target target, Instant now) {
        handle.createUpdate("""
                        insert into signal_target (id, kind, owner, status, endpoint, authorization_header, events,
                            description, created_at, next_position, pending, attempts, next_attempt_at,
                            verification_at, lease_until)
                        values (:id, :kind, :owner, 'ENABLED', :endpoint, :authorization, :events, :description, :now,
                            0, 0, 0, 0, 0, 0) on conflict do nothing""")
                .bind("id", target.id())
                .bind("kind", target.kind().name())
                .bind("owner", target.owner())
                .bind(
                        "endpoint",
                        target.endpoint() == null ? null : target.endpoint().toString())
                .bind("authorization", target.authorization())
                .bind("events", json(target.events()))
                .bind("description", target.description())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void update(Handle handle, Target target) {
        handle.createUpdate("""
                        update signal_target set kind = :kind, endpoint = :endpoint,
                            authorization_header = :authorization, events = :events, description = :description,
                            attempts = 0, next_attempt_at = 0
                        where id = :id""")
                .bind("id", target.id())
                .bind("kind", target.kind().name())
                .bind(
                        "endpoint",
                        target.endpoint() == null ? null : target.endpoint().toString())
                .bind("authorization", target.authorization())
                .bind("events", json(target.events()))
                .bind("description", target.description())
                .execute();
    }

    static void status(Handle handle, String id, Target.Status status, @Nullable String reason) {
        handle.createUpdate("update signal_target set status = :status, status_reason = :reason where id = :id")
                .bind("status", status.name())
                .bind("reason", reason)
                .bind("id", id)
                .execute();
    }

    static void delete(Handle handle, String id) {
        for (var sql : List.of(
                "delete from signal_outbox where target = :id",
                "delete from signal_removed_subject where target = :id",
                "delete from signal_target where id = :id")) {
            handle.createUpdate(sql).bind("id", id).execute();
        }
    }

    /** False when the last one was asked for after {@code before}. */
    static boolean verify(Handle handle, String id, Instant now, Instant before) {
        return handle.createUpdate(
                                "update signal_target set verification_at = :now where id = :id and verification_at <= :before")
                        .bind("now", now.toEpochMilli())
                        .bind("before", before.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    Optional<Target> find(String id) {
        return database.read(handle -> find(handle, id));
    }

    static Optional<Target> find(Handle handle, String id) {
        return handle.createQuery("select * from signal_target where id = :id")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** The streams of a receiver, oldest first. */
    List<Target> of(String owner) {
        return database.read(handle -> of(handle, owner));
    }

    static List<Target> of(Handle handle, String owner) {
        return handle.createQuery(
                        "select * from signal_target where owner = :owner and kind <> 'LOGOUT' order by created_at, id")
                .bind("owner", owner)
                .map((row, context) -> read(row))
                .list();
    }

    /** All streams that take events. */
    static List<Target> streams(Handle handle) {
        return handle.createQuery("select * from signal_target where kind <> 'LOGOUT' and status <> 'DISABLED'")
                .map((row, context) -> read(row))
                .list();
    }

    /** What this node could deliver to now. */
    List<Target> due(String node, Instant now) {
        return database.read(handle -> handle.createQuery("""
                        select * from signal_target
                        where kind <> 'POLL' and status = 'ENABLED' and pending > 0 and next_attempt_at <= :now
                            and (lease_until < :now or lease_owner = :node)""")
                .bind("now", now.toEpochMilli())
                .bind("node", node)
                .map((row, context) -> read(row))
                .list());
    }

    /** Gives back what the node leased. */
    static void release(Handle handle, String node) {
        handle.createUpdate("update signal_target set lease_owner = null, lease_until = 0 where lease_owner = :node")
                .bind("node", node)
                .execute();
    }

    /** True when this node alone delivers to it until {@code until}. */
    static boolean lease(Handle handle, String id, String node, Instant now, Instant until) {
        return handle.createUpdate("""
                        update signal_target set lease_owner = :node, lease_until = :until
                        where id = :id and (lease_owner = :node or lease_until < :now)""")
                        .bind("node", node)
                        .bind("until", until.toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static void failed(Handle handle, String id, String error, Instant next) {
        handle.createUpdate("""
                        update signal_target set attempts = attempts + 1, last_error = :error, next_attempt_at = :next
                        where id = :id""")
                .bind("error", error)
                .bind("next", next.toEpochMilli())
                .bind("id", id)
                .execute();
    }

    static void succeeded(Handle handle, String id) {
        handle.createUpdate(
                        "update signal_target set attempts = 0, last_error = null, next_attempt_at = 0 where id = :id")
                .bind("id", id)
                .execute();
    }

    private static Target read(ResultSet row) throws SQLException {
        var endpoint = row.getString("endpoint");
        var events = new LinkedHashSet<String>();
        Json.MAPPER.readTree(row.getString("events")).forEach(event -> events.add(event.asString("")));
        return new Target(
                row.getString("id"),
                Target.Kind.valueOf(row.getString("kind")),
                row.getString("owner"),
                Target.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getString("status_reason"),
                endpoint == null ? null : URI.create(endpoint),
                row.getString("authorization_header"),
                events,
                row.getString("description"),
                row.getInt("pending"),
                row.getInt("attempts"),
                row.getString("last_error"),
                Instant.ofEpochMilli(row.getLong("verification_at")));
    }

    private static String json(Set<String> texts) {
        return Json.MAPPER.writeValueAsString(texts.stream().sorted().toList());
    }
}
