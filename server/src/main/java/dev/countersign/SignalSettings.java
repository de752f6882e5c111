package dev.countersign;

/** Who tells us of security events, and whom we tell (Shared Signals Framework 1.0). */
public record SignalSettings() {
    /** Nobody. */
    public static final SignalSettings NONE = new SignalSettings();
}
