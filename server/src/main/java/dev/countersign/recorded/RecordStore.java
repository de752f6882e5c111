package dev.countersign.recorded;

import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Stores packed records. Writes go through the journal like any other, without evidence: they are none. */
final class RecordStore {
    private final Database database;
    private final Journal journal;

    RecordStore(Database database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    /** Throws {@link dev.countersign.http.Problem} 503 when nothing could be stored. */
    void insert(List<Row> rows) {
        journal.commit((handle, evidence) -> {
            var batch = handle.prepareBatch("insert into decision_record (evaluation_id, at, bytes)"
                    + " values (:id, :at, :bytes) on conflict do nothing");
            for (var row : rows) {
                batch.bind("id", row.evaluationId())
                        .bind("at", row.at().toEpochMilli())
                        .bind("bytes", row.packed())
                        .add();
            }
            return batch.execute().length;
        });
    }

    Optional<byte[]> find(String evaluationId) {
        return database.read(handle -> handle.createQuery("select bytes from decision_record where evaluation_id = :id")
                .bind("id", evaluationId)
                .mapTo(byte[].class)
                .findOne());
    }

    /** True when something is older than {@code limit}. */
    boolean hasOlderThan(Instant limit) {
        return database.read(
                handle -> handle.createQuery("select evaluation_id from decision_record where at < :limit limit 1")
                        .bind("limit", limit.toEpochMilli())
                        .mapTo(String.class)
                        .findOne()
                        .isPresent());
    }

    /** Deletes up to {@code most} records from before {@code limit}, oldest first. Returns how many. */
    int prune(Instant limit, int most) {
        return journal.commit((handle, evidence) -> handle.createUpdate("""
                        delete from decision_record where evaluation_id in
                            (select evaluation_id from decision_record where at < :limit order by at limit :most)
                        """)
                .bind("limit", limit.toEpochMilli())
                .bind("most", most)
                .execute());
    }

    /** One record ready to be stored. */
    record Row(String evaluationId, Instant at, byte[] packed) {}
}
