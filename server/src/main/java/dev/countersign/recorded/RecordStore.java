package dev.countersign.recorded;

import dev.countersign.evidence.Journal;
import dev.countersign.key.RandomIds;
import dev.countersign.recorded.RecordBlock.Row;
import dev.countersign.store.Database;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Stores records, many in a row. Writes go through the journal like any other, without evidence: they are none. */
final class RecordStore {
    private final Database database;
    private final Journal journal;

    RecordStore(Database database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    /** Throws {@link dev.countersign.http.Problem} 503 when it could not be stored. */
    void insert(Row row) {
        journal.commit((handle, evidence) -> handle.createUpdate("""
                        insert into decision_record (first_id, first_at, last_at, records, bytes)
                        values (:id, :first, :last, :records, :bytes)
                        """)
                .bind("id", row.firstId())
                .bind("first", row.first().toEpochMilli())
                .bind("last", row.last().toEpochMilli())
                .bind("records", row.records())
                .bind("bytes", row.packed())
                .execute());
    }

    /** Looks through the rows around the time that the id tells. Throws {@link IllegalArgumentException} when it is no id. */
    Optional<DecisionRecord> find(String evaluationId) {
        var at = RandomIds.timeOf("ev_", evaluationId).toEpochMilli();
        return database.read(handle -> {
            var rows = handle.createQuery("""
                            select bytes from decision_record
                            where first_at <= :at and last_at >= :at and last_at <= :latest
                            """)
                    .bind("at", at)
                    .bind("latest", at + RecordBlock.MAX_SPAN.toMillis())
                    .mapTo(byte[].class);
            try (var packing = new PackedRecords();
                    var each = rows.iterator()) {
                while (each.hasNext()) {
                    var found = find(evaluationId, packing.unpack(each.next()));
                    if (found.isPresent()) {
                        return found;
                    }
                }
                return Optional.empty();
            }
        });
    }

    private static Optional<DecisionRecord> find(String evaluationId, byte[] text) {
        var start = RecordJson.start(evaluationId).getBytes(StandardCharsets.UTF_8);
        var found = new AtomicReference<DecisionRecord>();
        RecordLines.each(text, 1, (number, json) -> {
            if (json.length > start.length && Arrays.equals(json, 0, start.length, start, 0, start.length)) {
                found.set(RecordJson.read(json));
            }
        });
        return Optional.ofNullable(found.get());
    }

    /** True when a row is older than {@code limit} as a whole. */
    boolean hasOlderThan(Instant limit) {
        return database.read(
                handle -> handle.createQuery("select records from decision_record where last_at < :limit limit 1")
                        .bind("limit", limit.toEpochMilli())
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent());
    }

    /** Deletes up to {@code most} rows from before {@code limit}, oldest first. Returns how many. */
    int prune(Instant limit, int most) {
        return journal.commit((handle, evidence) -> handle.createUpdate("""
                        delete from decision_record where first_id in
                            (select first_id from decision_record where last_at < :limit order by last_at limit :most)
                        """)
                .bind("limit", limit.toEpochMilli())
                .bind("most", most)
                .execute());
    }
}
