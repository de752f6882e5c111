package dev.countersign.monitor;

import dev.countersign.jose.ClockSkew;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What others say of risk, the newest of each source. Immutable. */
final class Reports {
    /** How long a report stands that is not taken back. */
    static final Duration LIFE = Duration.ofDays(7);

    /** How far in the future a report may lie: another's clock. */
    static final Duration MAX_SKEW = ClockSkew.ALLOWED;

    /** Sources that are remembered for one principal or session; of more, the newest. */
    static final int MAX_SOURCES = 8;

    /** Longest reason and source, characters. */
    static final int MAX_TEXT = 512;

    static final Reports NONE = new Reports(Map.of());

    private final Map<String, Report> bySource;

    private Reports(Map<String, Report> bySource) {
        this.bySource = bySource;
    }

    /** What one source says. */
    record Report(String source, RiskLevel level, String reason, Instant at) {
        Report {
            if (source.isEmpty() || source.length() > MAX_TEXT || reason.length() > MAX_TEXT) {
                throw new IllegalArgumentException("Source and reason have at most " + MAX_TEXT + " characters");
            }
        }

        boolean stands(Instant now) {
            return level != RiskLevel.LOW && now.isBefore(at.plus(LIFE));
        }

        /** The chance that it is right: CAEP's levels carry none, so these are ours. What we found ourselves fades. */
        double chance(Instant now) {
            return FatigueSigns.of(source)
                    .map(sign -> Findings.faded(sign.weight(), at, now))
                    .orElseGet(this::weight);
        }

        private double weight() {
            return switch (level) {
                case LOW -> 0;
                case MEDIUM -> 0.4;
                case HIGH -> 0.7;
                case CRITICAL -> 0.9;
            };
        }

        String id() {
            return FatigueSigns.of(source).map(FatigueSigns::id).orElse("reported_" + level.word());
        }
    }

    static Reports of(Collection<Report> reports) {
        var all = NONE;
        for (var report : reports) {
            var next = all.with(report);
            all = next == null ? all : next;
        }
        return all;
    }

    Collection<Report> all() {
        return bySource.values();
    }

    boolean isEmpty() {
        return bySource.isEmpty();
    }

    /** With {@code report} too, or null when its source has said something newer. */
    @Nullable
    Reports with(Report report) {
        var known = bySource.get(report.source());
        if (known != null && known.at().isAfter(report.at())) {
            return null;
        }
        var next = new LinkedHashMap<>(bySource);
        next.put(report.source(), report);
        while (next.size() > MAX_SOURCES) {
            var oldest =
                    next.values().stream().min(Comparator.comparing(Report::at)).orElseThrow();
            next.remove(oldest.source());
        }
        return new Reports(next);
    }

    /** The newest of both. */
    Reports merged(Reports other) {
        var merged = this;
        for (var report : other.all()) {
            var next = merged.with(report);
            merged = next == null ? merged : next;
        }
        return merged;
    }
}
