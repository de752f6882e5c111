package dev.countersign.replay;

import dev.countersign.replay.Difference.Kind;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation found.
 *
 * @param candidate hash of the candidate
 * @param since from when on decisions were replayed
 * @param first when the first of them was made, null when there were none
 * @param last when the last of them was made
 * @param decisions how many were read
 * @param evaluated how many policies had a say in; the others were decided without them
 * @param changed how many of these the candidate answers otherwise, or for which it wants something else
 * @param kinds what differs; kinds that did not happen are there with zero
 * @param principals how many distinct principals met a difference
 * @param mostTouched those who met most, most first, at most {@link #MAX_NAMED}
 * @param policySets how many decisions each live set made, by hash
 */
public record SimulationReport(
        String candidate,
        Instant since,
        @Nullable Instant first,
        @Nullable Instant last,
        long decisions,
        long evaluated,
        long changed,
        Map<Kind, Count> kinds,
        long principals,
        List<Touched> mostTouched,
        Map<String, Long> policySets) {
    /** Principals that are named. */
    public static final int MAX_NAMED = 20;

    /**
     * How often one kind happened. Denials, permits and errors are counted by decision, prompts each.
     *
     * @param byPolicy most first
     * @param examples evaluation ids of the latest
     */
    public record Count(long total, List<ByPolicy> byPolicy, List<String> examples) {}

    /** One policy's share. */
    public record ByPolicy(String policy, String detail, long count) {}

    /** A principal and how many of its decisions differ. */
    public record Touched(String principal, long decisions) {}

    static SimulationReport of(String candidate, Instant since, Tally tally) {
        var kinds = new EnumMap<Kind, Count>(Kind.class);
        for (var kind : Kind.values()) {
            var causes = tally.causes.getOrDefault(kind, Map.of()).entrySet().stream()
                    .map(cause ->
                            new ByPolicy(cause.getKey().policy(), cause.getKey().detail(), cause.getValue()))
                    .sorted(Comparator.comparingLong(ByPolicy::count)
                            .reversed()
                            .thenComparing(ByPolicy::policy)
                            .thenComparing(ByPolicy::detail))
                    .toList();
            var examples = tally.examples.getOrDefault(kind, new TreeMap<>());
            kinds.put(
                    kind,
                    new Count(
                            tally.totals.getOrDefault(kind, 0L),
                            causes,
                            List.copyOf(examples.descendingMap().values())));
        }
        var touched = tally.principals.entrySet().stream()
                .map(principal -> new Touched(principal.getKey(), principal.getValue()))
                .sorted(Comparator.comparingLong(Touched::decisions).reversed().thenComparing(Touched::principal))
                .limit(MAX_NAMED)
                .toList();
        return new SimulationReport(
                candidate,
                since,
                tally.first,
                tally.last,
                tally.decisions,
                tally.evaluated,
                tally.changed,
                kinds,
                tally.principals.size(),
                touched,
                Map.copyOf(tally.policySets));
    }

    /** Of a kind, for every 1,000 decisions that policies had a say in. */
    public double per1000(Kind kind) {
        var count = kinds.get(kind);
        return evaluated == 0 || count == null ? 0 : 1_000.0 * count.total() / evaluated;
    }
}
