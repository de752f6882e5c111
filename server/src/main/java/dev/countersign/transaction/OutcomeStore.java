package dev.countersign.transaction;

import dev.countersign.transaction.Outcomes.Word;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Every word on the outcome of a permitted transaction. */
final class OutcomeStore {
    /** Words shown of one receipt; the state machine allows fewer. */
    static final int MAX_LISTED = 50;

    private OutcomeStore() {}

    static void insert(Handle database, String receipt, long evidenceIndex, Word word) {
        database.createUpdate("""
                        insert into outcome_report (receipt, evidence_index, outcome, said_by, note, at)
                        values (:receipt, :index, :outcome, :by, :note, :at)""")
                .bind("receipt", receipt)
                .bind("index", evidenceIndex)
                .bind("outcome", word.outcome())
                .bind("by", word.by())
                .bind("note", word.note())
                .bind("at", word.at().toEpochMilli())
                .execute();
    }

    /** Oldest first. */
    static List<Word> of(Handle database, String receipt) {
        return database.createQuery("""
                        select * from outcome_report where receipt = :receipt
                        order by evidence_index limit :limit""")
                .bind("receipt", receipt)
                .bind("limit", MAX_LISTED)
                .map((row, context) -> new Word(
                        row.getString("outcome"),
                        row.getString("said_by"),
                        row.getString("note"),
                        Instant.ofEpochMilli(row.getLong("at"))))
                .list();
    }
}
