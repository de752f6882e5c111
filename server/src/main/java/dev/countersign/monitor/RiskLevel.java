package dev.countersign.monitor;

import java.util.Locale;

/** Risk in a word. */
public enum RiskLevel {
    LOW(0),
    MEDIUM(25),
    HIGH(50),
    CRITICAL(80);

    private final int from;

    RiskLevel(int from) {
        this.from = from;
    }

    static RiskLevel of(int score) {
        var level = LOW;
        for (var each : values()) {
            level = score >= each.from ? each : level;
        }
        return level;
    }

    /** The word that policies see. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
