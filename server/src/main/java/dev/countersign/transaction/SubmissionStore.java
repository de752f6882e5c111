package dev.countersign.transaction;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What was submitted under which {@code Idempotency-Key}. */
final class SubmissionStore {
    private SubmissionStore() {}

    static Optional<Submitted> find(Handle database, String enforcementPoint, String key, Instant now) {
        return database.createQuery("""
                        select body_hash, task from submission
                        where enforcement_point = :point and idempotency_key = :key and kept_until > :now""")
                .bind("point", enforcementPoint)
                .bind("key", key)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new Submitted(row.getString("body_hash"), row.getString("task")))
                .findOne();
    }

    /** False when somebody else used the key first. Forgets what nobody will repeat any more. */
    static boolean insert(
            Handle database, String enforcementPoint, String key, Submitted what, Instant keptUntil, Instant now) {
        database.createUpdate("delete from submission where kept_until <= :now")
                .bind("now", now.toEpochMilli())
                .execute();
        return database.createUpdate("""
                        insert into submission (enforcement_point, idempotency_key, body_hash, task, kept_until)
                        values (:point, :key, :hash, :task, :until) on conflict do nothing""")
                        .bind("point", enforcementPoint)
                        .bind("key", key)
                        .bind("hash", what.bodyHash())
                        .bind("task", what.task())
                        .bind("until", keptUntil.toEpochMilli())
                        .execute()
                == 1;
    }

    /** @param bodyHash SHA-256 of the JCS form of the whole body */
    record Submitted(String bodyHash, String task) {}
}
