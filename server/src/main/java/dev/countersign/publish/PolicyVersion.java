package dev.countersign.publish;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A set of policies that was proposed here, as the database has it: nothing of it is believed before {@link VersionTrust}
 * has looked at it.
 *
 * @param hash of the set, its name
 * @param bundle see {@link Bundle}; empty in lists
 * @param signature see {@link SignedVersion}; null for the settings' own folder
 * @param publisher key id, or {@value #FOLDER}
 * @param previous the set that it was made to replace, or null for the first
 * @param proposedBy principal whose session proposed it, or {@value #FOLDER}
 * @param evaluation of the decision that permitted it last, or null
 * @param receipt of the same
 */
record PolicyVersion(
        String hash,
        byte[] bundle,
        @Nullable String signature,
        String publisher,
        String comment,
        @Nullable String previous,
        String proposedBy,
        Instant proposedAt,
        State state,
        @Nullable String evaluation,
        @Nullable String receipt) {
    /** Whose word stands for the set that the settings name. */
    static final String FOLDER = "settings";

    /** What becomes of a version. */
    enum State {
        /** Waits for a decision. */
        PROPOSED,
        LIVE,
        /** Was live. */
        SUPERSEDED,
        /** Never went live and cannot any more: another one went live in the place that it was made for. */
        REFUSED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Which version is live.
     *
     * @param version counts from 1
     * @param statement see {@link LiveStatements}
     */
    record Live(long version, String hash, String statement, Instant since) {}
}
