package dev.countersign;

/** Ways to begin a session beside the login of people. */
public record DoorSettings() {
    /** No other. */
    public static final DoorSettings NONE = new DoorSettings();
}
