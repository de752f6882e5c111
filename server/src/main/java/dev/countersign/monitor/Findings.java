package dev.countersign.monitor;

import dev.countersign.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What was found about one session. At most one finding of each reason. Guarded by its {@link Track}. */
final class Findings {
    /** A finding that is no longer true counts half after this time. */
    static final Duration HALF_LIFE = Duration.ofHours(1);

    /** A finding that counts less is a reason no more. */
    static final double FAINT = 0.05;

    private static final Risk NOTHING = new Risk(0, Set.of(), null, false);
    private static final Risk NOTHING_AND_PROVED = new Risk(0, Set.of(), null, true);

    private final Map<String, Finding> byReason = new LinkedHashMap<>(2);

    /**
     * One finding.
     *
     * @param weight the chance that it is right, while it is true
     * @param since when it began
     * @param last when it was true last
     */
    private record Finding(double weight, Instant since, Instant last) {
        double chance(Instant now) {
            return faded(weight, last, now);
        }
    }

    /** What was true last at {@code last} counts half after each {@link #HALF_LIFE}. */
    static double faded(double weight, Instant last, Instant now) {
        var halves = Math.max(0, Duration.between(last, now).toMillis()) / (double) HALF_LIFE.toMillis();
        return weight * Math.pow(0.5, halves);
    }

    /** It is true at {@code now}; {@code anew}: it begins now, even if it was true before. */
    void add(String reason, double weight, Instant now, boolean anew) {
        var before = byReason.get(reason);
        byReason.put(reason, new Finding(weight, before == null || anew ? now : before.since(), now));
    }

    void remove(String reason) {
        byReason.remove(reason);
    }

    /**
     * The risk that comes of these and of what others report: {@code 1 − Π(1 − chance)}, each finding fading with
     * {@link #HALF_LIFE}, each report standing as it is. More findings never lower it, and no order of them matters.
     *
     * @param provedAt of the newest proof from the network that the session acts from, or null
     */
    Risk risk(Reports ofSession, Reports ofPrincipal, @Nullable Instant provedAt, Instant now) {
        byReason.values().removeIf(finding -> finding.chance(now) < FAINT / 5);
        if (byReason.isEmpty() && ofSession.isEmpty() && ofPrincipal.isEmpty()) {
            return provedAt == null ? NOTHING : NOTHING_AND_PROVED;
        }
        var sum = new Sum(now);
        byReason.forEach((reason, finding) -> {
            // Whoever only fails to prove the key is not who acts: it must not make the owner's proof look old.
            var acts = !FailedProofs.IDS.contains(reason);
            sum.add(reason, finding.chance(now), acts ? finding.since() : null);
        });
        sum.add(ofSession);
        sum.add(ofPrincipal);
        return sum.risk(provedAt);
    }

    private static final class Sum {
        private final Instant now;
        private final Set<String> reasons = new HashSet<>();
        private double safe = 1;
        private @Nullable Instant newest;

        Sum(Instant now) {
            this.now = now;
        }

        void add(Reports reports) {
            for (var report : reports.all()) {
                if (report.stands(now)) {
                    add(report.id(), report.chance(now), report.at());
                }
            }
        }

        void add(String reason, double chance, @Nullable Instant since) {
            safe *= 1 - chance;
            if (chance >= FAINT) {
                reasons.add(reason);
                newest = since != null && (newest == null || since.isAfter(newest)) ? since : newest;
            }
        }

        Risk risk(@Nullable Instant provedAt) {
            var age = newest == null ? null : Duration.between(newest, now);
            return new Risk(
                    (int) Math.round(100 * (1 - safe)),
                    reasons,
                    age != null && age.isNegative() ? Duration.ZERO : age,
                    provedAt != null && (newest == null || !provedAt.isBefore(newest)));
        }
    }

    /** The later of both, for each reason. */
    void merge(Findings other) {
        other.byReason.forEach((reason, finding) ->
                byReason.merge(reason, finding, (a, b) -> a.last().isBefore(b.last()) ? b : a));
    }

    void write(ArrayNode array) {
        byReason.forEach((reason, finding) -> array.addObject()
                .put("reason", reason)
                .put("weight", finding.weight())
                .put("since", finding.since().toEpochMilli())
                .put("last", finding.last().toEpochMilli()));
    }

    static Findings read(@Nullable JsonNode array) {
        var findings = new Findings();
        for (var each : array == null ? Json.MAPPER.createArrayNode() : array) {
            findings.byReason.put(
                    each.get("reason").stringValue(),
                    new Finding(
                            each.get("weight").doubleValue(),
                            Instant.ofEpochMilli(each.get("since").longValue()),
                            Instant.ofEpochMilli(each.get("last").longValue())));
        }
        return findings;
    }
}
