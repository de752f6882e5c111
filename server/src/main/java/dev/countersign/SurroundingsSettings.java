package dev.countersign;

/** What is known of networks and devices. */
public record SurroundingsSettings() {
    /** Nothing. */
    public static final SurroundingsSettings NONE = new SurroundingsSettings();
}
