package dev.countersign.callback;

import dev.countersign.transaction.TaskCallbacks.Wanted;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What has to be told, and how often that failed. */
final class CallbackStore {
    private CallbackStore() {}

    /** Whoever submits the same again may name another endpoint: the last one counts. */
    static void insert(Handle database, String task, String enforcementPoint, Wanted callback, Instant now) {
        database.createUpdate("delete from callback where task = :task")
                .bind("task", task)
                .execute();
        database.createUpdate("""
                        insert into callback (task, enforcement_point, endpoint, state, events, due_at, due_since, attempts)
                        values (:task, :point, :endpoint, :state, :events, :now, :now, 0)""")
                .bind("task", task)
                .bind("point", enforcementPoint)
                .bind("endpoint", callback.endpoint())
                .bind("state", callback.state())
                .bind("events", String.join(" ", callback.events()))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** The request changed: whoever waits for it, or for a task that it is an item of, may have to be told. */
    static void changed(Handle database, String request, Instant now) {
        database.createUpdate("""
                        update callback set due_at = :now, due_since = coalesce(due_since, :now)
                        where given_up_at is null and (task = :request
                            or task in (select bulk from bulk_item where request = :request))""")
                .bind("now", now.toEpochMilli())
                .bind("request", request)
                .execute();
    }

    static boolean isDue(Handle database, Instant now) {
        return database.createQuery("select 1 from callback where due_at <= :now limit 1")
                .bind("now", now.toEpochMilli())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Takes at most {@code limit} of those that are due; until {@code lease} no other node will. */
    static List<Due> claim(Handle database, Instant now, Instant lease, int limit) {
        return database.createQuery("""
                        update callback set due_at = :lease where due_at <= :now and task in (
                            select task from callback where due_at <= :now order by due_at limit :limit)
                        returning *""")
                .bind("now", now.toEpochMilli())
                .bind("lease", lease.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> due(row, lease))
                .list();
    }

    private static Due due(ResultSet row, Instant lease) throws SQLException {
        return new Due(
                row.getString("task"),
                row.getString("enforcement_point"),
                row.getString("endpoint"),
                row.getString("state"),
                Set.of(row.getString("events").split(" ")),
                row.getString("told"),
                lease,
                Instant.ofEpochMilli(row.getLong("due_since")),
                row.getInt("attempts"));
    }

    /** There is nothing to tell but {@code told}, unless something changed meanwhile. */
    static void settled(Handle database, Due due, String told) {
        database.createUpdate("""
                        update callback set told = :told, attempts = 0, last_error = null,
                            due_since = case when due_at = :lease then null else due_since end,
                            due_at = case when due_at = :lease then null else due_at end
                        where task = :task""")
                .bind("told", told)
                .bind("lease", due.lease().toEpochMilli())
                .bind("task", due.task())
                .execute();
    }

    /** It could not be told: again at {@code next}. */
    static void failed(Handle database, Due due, String error, Instant next) {
        database.createUpdate("""
                        update callback set attempts = attempts + 1, last_error = :error, due_at = :next
                        where task = :task and due_at is not null""")
                .bind("error", error)
                .bind("next", next.toEpochMilli())
                .bind("task", due.task())
                .execute();
    }

    /** True for the first who gives up. */
    static boolean giveUp(Handle database, Due due, String error, Instant now) {
        return database.createUpdate("""
                        update callback set attempts = attempts + 1, last_error = :error, due_at = null, given_up_at = :now
                        where task = :task and given_up_at is null""")
                        .bind("error", error)
                        .bind("now", now.toEpochMilli())
                        .bind("task", due.task())
                        .execute()
                == 1;
    }

    static Optional<Standing> standing(Handle database, String task) {
        return database.createQuery("select * from callback where task = :task")
                .bind("task", task)
                .map((row, context) -> new Standing(
                        row.getString("told"),
                        row.getInt("attempts"),
                        row.getString("last_error"),
                        instant(row, "due_at"),
                        instant(row, "given_up_at")))
                .findOne();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
