package dev.countersign.signal;

import dev.countersign.store.Database;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** What has still to be told to whom, in order. Methods with a handle run in the caller's change. */
final class OutboxStore {
    /** Tokens that wait for one target; docs/signals.md says what happens then. */
    static final int MAX_PENDING = 10_000;

    private final Database database;

    OutboxStore(Database database) {
        this.database = database;
    }

    /**
     * Puts one at the end. The target's row is locked till the commit, so positions are in the order of commits.
     *
     * @param max most that may wait
     * @return false when that many wait
     */
    static boolean add(Handle handle, String target, String jti, String claims, int max) {
        var position = handle.createQuery("""
                        update signal_target set next_position = next_position + 1, pending = pending + 1
                        where id = :id and pending < :max returning next_position""")
                .bind("id", target)
                .bind("max", max)
                .mapTo(Long.class)
                .findOne();
        if (position.isEmpty()) {
            return false;
        }
        handle.createUpdate(
                        "insert into signal_outbox (target, position, jti, claims) values (:id, :position, :jti, :claims)")
                .bind("id", target)
                .bind("position", position.get())
                .bind("jti", jti)
                .bind("claims", claims)
                .execute();
        return true;
    }

    /** The first {@code max}. */
    List<Waiting> first(String target, int max) {
        return database.read(handle -> handle.createQuery("""
                        select position, jti, claims from signal_outbox where target = :id
                        order by position limit :max""")
                .bind("id", target)
                .bind("max", max)
                .map((row, context) ->
                        new Waiting(row.getLong("position"), row.getString("jti"), row.getString("claims")))
                .list());
    }

    /** How many wait; empty when there is no such target. */
    OptionalLong pending(String target) {
        return database.read(handle -> handle.createQuery("select pending from signal_target where id = :id")
                .bind("id", target)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty()));
    }

    /** Takes those away; those that were there. */
    static int remove(Handle handle, String target, Collection<String> jtis) {
        var removed = 0;
        for (var jti : jtis) {
            removed += handle.createUpdate("delete from signal_outbox where target = :id and jti = :jti")
                    .bind("id", target)
                    .bind("jti", jti)
                    .execute();
        }
        if (removed > 0) {
            handle.createUpdate("update signal_target set pending = pending - :count where id = :id")
                    .bind("count", removed)
                    .bind("id", target)
                    .execute();
        }
        return removed;
    }

    /** One that waits. */
    record Waiting(long position, String jti, String claims) {}
}
