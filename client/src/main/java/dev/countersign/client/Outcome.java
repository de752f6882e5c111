package dev.countersign.client;

/** What became of a permitted transaction. */
public enum Outcome {
    EXECUTED("executed"),
    FAILED("failed"),
    /** The enforcement point cannot tell, for example after a timeout of its own back end. */
    UNKNOWN("unknown"),
    /** It was executed, and then undone. What was approved stays spent. */
    REVERSED("reversed");

    private final String wireName;

    Outcome(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }
}
