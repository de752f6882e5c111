package dev.countersign.transaction;

import org.jspecify.annotations.Nullable;

/** The words for what became of a permitted transaction, as stored and as answered. */
final class Outcome {
    static final String EXECUTED = "executed";
    static final String FAILED = "failed";

    /** The enforcement point cannot tell; a person, or its own later word, must. */
    static final String UNKNOWN = "unknown";

    /** Executed, then undone. */
    static final String REVERSED = "reversed";

    /** A person found that it was not carried out and may be asked for again. */
    static final String NOT_EXECUTED = "not_executed";

    private Outcome() {}

    /** What may stand before {@code outcome}, besides nothing; null when only nothing may. */
    static @Nullable String before(String outcome) {
        return switch (outcome) {
            case REVERSED -> EXECUTED;
            case UNKNOWN -> null;
            default -> UNKNOWN;
        };
    }
}
