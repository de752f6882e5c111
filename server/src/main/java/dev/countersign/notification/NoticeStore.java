package dev.countersign.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What happened, and what of it has to be told to whom. */
final class NoticeStore {
    /** How long it is known what was told. */
    static final Duration KEPT = Duration.ofDays(32);

    private NoticeStore() {}

    static void happened(Handle database, String id, String request, String kind, Instant now) {
        database.createUpdate("""
                        insert into notification_event (id, request, kind, at, due_at) values (:id, :request, :kind, :now, :now)""")
                .bind("id", id)
                .bind("request", request)
                .bind("kind", kind)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static boolean isAnyEventDue(Handle database, Instant now) {
        return database.createQuery("select 1 from notification_event where due_at <= :now limit 1")
                .bind("now", now.toEpochMilli())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Takes at most {@code limit}, the oldest first; until {@code lease} no other node will. */
    static List<Event> events(Handle database, Instant now, Instant lease, int limit) {
        return database.createQuery("""
                        update notification_event set due_at = :lease where due_at <= :now and id in (
                            select id from notification_event where due_at <= :now order by due_at limit :limit)
                        returning *""")
                .bind("lease", lease.toEpochMilli())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Event(
                        row.getString("id"),
                        row.getString("request"),
                        row.getString("kind"),
                        Instant.ofEpochMilli(row.getLong("at"))))
                .list();
    }

    static void done(Handle database, Event event) {
        database.createUpdate("delete from notification_event where id = :id")
                .bind("id", event.id())
                .execute();
    }

    /** @param topic what is told once to each target of a request */
    static void tell(Handle database, String id, Event event, String topic, String target, Instant due, Instant now) {
        database.createUpdate("""
                        insert into notification (id, request, kind, topic, target, at, due_at, attempts, created_at)
                        values (:id, :request, :kind, :topic, :target, :at, :due, 0, :now)
                        on conflict (request, topic, target) do nothing""")
                .bind("id", id)
                .bind("request", event.request())
                .bind("kind", event.kind())
                .bind("topic", topic)
                .bind("target", target)
                .bind("at", event.at().toEpochMilli())
                .bind("due", due.toEpochMilli())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static boolean isAnyDue(Handle database, Instant now) {
        return database.createQuery("select 1 from notification where due_at <= :now limit 1")
                .bind("now", now.toEpochMilli())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    static List<Notice> due(Handle database, Instant now, Instant lease, int limit) {
        return database.createQuery("""
                        update notification set due_at = :lease where due_at <= :now and id in (
                            select id from notification where due_at <= :now order by due_at limit :limit)
                        returning *""")
                .bind("lease", lease.toEpochMilli())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Notice(
                        row.getString("id"),
                        row.getString("request"),
                        row.getString("kind"),
                        row.getString("topic"),
                        row.getString("target"),
                        Instant.ofEpochMilli(row.getLong("at")),
                        row.getInt("attempts")))
                .list();
    }

    static void settled(Handle database, Notice notice) {
        database.createUpdate("update notification set due_at = null, last_error = null where id = :id")
                .bind("id", notice.id())
                .execute();
    }

    static void failed(Handle database, Notice notice, String error, Instant next) {
        database.createUpdate("""
                        update notification set attempts = attempts + 1, last_error = :error, due_at = :next
                        where id = :id and due_at is not null""")
                .bind("error", error)
                .bind("next", next.toEpochMilli())
                .bind("id", notice.id())
                .execute();
    }

    static void givenUp(Handle database, Notice notice, String error) {
        database.createUpdate("update notification set due_at = null, last_error = :error where id = :id")
                .bind("error", error)
                .bind("id", notice.id())
                .execute();
    }

    static void forget(Handle database, Instant now) {
        database.createUpdate("delete from notification where created_at < :old and due_at is null")
                .bind("old", now.minus(KEPT).toEpochMilli())
                .execute();
    }

    /** @param kind as {@link dev.countersign.transaction.RequestChange.Kind#word} */
    record Event(String id, String request, String kind, Instant at) {}
}
