package dev.countersign.replay;

import dev.countersign.recorded.DecisionRecord;
import dev.countersign.replay.Difference.Kind;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts differences. For one thread; several tallies add up to one. */
final class Tally {
    /** Principals that are told apart; those beyond are not counted. */
    static final int MAX_PRINCIPALS = 1_000_000;

    /** Examples of each kind. */
    static final int EXAMPLES = 3;

    long decisions;
    long evaluated;
    long changed;
    final Map<Kind, Long> totals = new EnumMap<>(Kind.class);
    final Map<Kind, Map<Cause, Long>> causes = new EnumMap<>(Kind.class);
    final Map<Kind, TreeMap<Instant, String>> examples = new EnumMap<>(Kind.class);
    final Map<String, Long> principals = new HashMap<>();
    final Map<String, Long> policySets = new TreeMap<>();

    @Nullable
    Instant first;

    @Nullable
    Instant last;

    void add(DecisionRecord decision, List<Difference> differences) {
        decisions++;
        span(decision.at(), decision.at());
        if (decision.answered() == null) {
            return;
        }
        evaluated++;
        policySets.merge(decision.policySet(), 1L, Long::sum);
        if (differences.isEmpty()) {
            return;
        }
        changed++;
        count(principals, decision.request().principal().toString(), 1);
        var kinds = new EnumMap<Kind, Boolean>(Kind.class);
        for (var difference : differences) {
            causes.computeIfAbsent(difference.kind(), _ -> new HashMap<>()).merge(Cause.of(difference), 1L, Long::sum);
            if (difference.kind() == Kind.NEW_PROMPT
                    || difference.kind() == Kind.PROMPT_GONE
                    || kinds.putIfAbsent(difference.kind(), true) == null) {
                totals.merge(difference.kind(), 1L, Long::sum); // prompts are counted each, the rest by decision
            }
            example(difference.kind(), decision.at(), decision.evaluationId());
        }
    }

    void add(Tally other) {
        decisions += other.decisions;
        evaluated += other.evaluated;
        changed += other.changed;
        if (other.first != null && other.last != null) {
            span(other.first, other.last);
        }
        other.totals.forEach((kind, count) -> totals.merge(kind, count, Long::sum));
        other.causes.forEach((kind, counts) -> {
            var own = causes.computeIfAbsent(kind, _ -> new HashMap<>());
            counts.forEach((cause, count) -> own.merge(cause, count, Long::sum));
        });
        other.examples.forEach((kind, some) -> some.forEach((at, id) -> example(kind, at, id)));
        other.principals.forEach((principal, count) -> count(principals, principal, count));
        other.policySets.forEach((hash, count) -> policySets.merge(hash, count, Long::sum));
    }

    private void span(Instant from, Instant to) {
        first = first == null || from.isBefore(first) ? from : first;
        last = last == null || to.isAfter(last) ? to : last;
    }

    private static void count(Map<String, Long> counts, String name, long more) {
        if (counts.size() < MAX_PRINCIPALS || counts.containsKey(name)) {
            counts.merge(name, more, Long::sum);
        }
    }

    /** The latest. */
    private void example(Kind kind, Instant at, String evaluationId) {
        var some = examples.computeIfAbsent(kind, _ -> new TreeMap<>());
        some.put(at, evaluationId);
        if (some.size() > EXAMPLES) {
            some.pollFirstEntry();
        }
    }

    /** @param detail but for errors, whose messages vary with the request */
    record Cause(String policy, String detail) {
        static Cause of(Difference difference) {
            return new Cause(difference.policy(), difference.kind() == Kind.ERROR ? "" : difference.detail());
        }
    }
}
