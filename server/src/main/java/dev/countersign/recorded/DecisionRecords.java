package dev.countersign.recorded;

import java.util.Optional;

/** What is known of decisions that were made. */
public interface DecisionRecords {
    /**
     * The record of a decision; empty when it was dropped, is too old or is still to be written. Throws
     * {@link IllegalArgumentException} when this is no evaluation id.
     */
    Optional<DecisionRecord> find(String evaluationId);

    Counts counts();

    /**
     * Of this node since it started.
     *
     * @param recording false when records are switched off
     * @param written records stored
     * @param dropped records lost: the queue was full, the database away, or the record too large
     * @param waiting for the writer now
     */
    record Counts(boolean recording, long written, long dropped, int waiting) {}
}
