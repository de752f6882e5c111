package dev.countersign.lab.bench;

import dev.countersign.lab.bench.PolicyCase.Differ;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** The compiled evaluator against cedar-java, plain and cached, and against SAPL, on the same policies and requests in the same run. */
public final class PolicyBench implements Bench {
    private static final double MEDIAN_NANOS = 250;
    private static final double FLAT = 1.5;
    private static final double CACHED = 3_000;
    private static final double PLAIN = 50_000;
    private static final double RELOAD_MILLIS = 2_000;

    private static final int FEW = 100;
    private static final int POLICIES = 1_000;
    private static final int MANY = 10_000;

    /** Cedar's validator needs minutes to load 10,000 policies with an action each; evaluation does not care. */
    private static final int MANY_ACTIONS = 2_000;

    private static final int COMPARED = 64;
    private static final int RELOADS = 3;
    private static final int BATCH = 4_096;

    private final Duration time;

    public PolicyBench() {
        this(Duration.ofSeconds(2));
    }

    /** For tests: shorter measurements. */
    PolicyBench(Duration time) {
        this.time = time;
    }

    @Override
    public String name() {
        return "policy";
    }

    @Override
    public Result run() throws Exception {
        var allowed = new LongAdder(); // keeps the results alive
        var details = new LinkedHashMap<String, Object>();
        var slowest = 0.0;
        var flat = 0.0;
        for (var differ : Differ.values()) {
            var few = compiled(new PolicyCase(differ, FEW), allowed);
            var some = compiled(new PolicyCase(differ, POLICIES), allowed);
            var most = differ == Differ.ACTION ? MANY_ACTIONS : MANY;
            var many = compiled(new PolicyCase(differ, most), allowed);
            var name = differ.name().toLowerCase(Locale.ROOT);
            details.put("ns_" + FEW + "_by_" + name, round(few));
            details.put("ns_" + POLICIES + "_by_" + name, round(some));
            details.put("ns_" + most + "_by_" + name, round(many));
            slowest = Math.max(slowest, some);
            flat = Math.max(flat, many / few);
        }
        var median = slowest;
        var deep = new DeepCase();
        deep.requireRight();
        details.put(
                "ns_1000_groups_" + DeepCase.DEPTH + "_deep",
                round(Timing.medianNanos(time, time, BATCH, i -> count(allowed, deep.compiled(i)))));
        var reload = reloadMillis();
        details.put("reload_" + POLICIES + "_ms", round(reload));
        var reference = new PolicyCase(Differ.PRINCIPAL, POLICIES);
        var cached = Timing.medianNanos(time, time, 1, i -> count(allowed, reference.cached(i)));
        var plain = Timing.medianNanos(time, time, 1, i -> count(allowed, reference.plain(i)));
        details.put("cedar_java_cached_ns", round(cached));
        details.put("cedar_java_plain_ns", round(plain));
        var sapl = BesideSapl.medians(3, FEW, POLICIES);
        sapl.forEach((count, nanos) -> details.put("sapl_3.0.0_ns_" + count, nanos));
        details.put("times_cached", round(cached / median));
        details.put("times_plain", round(plain / median));
        details.put("flat", round(flat));
        details.put("requests_allowed", allowed.sum());
        var ok = median <= MEDIAN_NANOS
                && flat <= FLAT
                && cached / median >= CACHED
                && plain / median >= PLAIN
                && sapl.values().stream().allMatch(nanos -> nanos > median)
                && reload <= RELOAD_MILLIS;
        return new Result(
                name(),
                "slowest median at %,d policies <= %.2f us; >= %,.0fx cedar-java cached, >= %,.0fx plain, ahead of SAPL; %,d policies <= %.1fx of %d; %,d reloaded in %.0f s"
                        .formatted(
                                POLICIES,
                                MEDIAN_NANOS / 1_000,
                                CACHED,
                                PLAIN,
                                MANY,
                                FLAT,
                                FEW,
                                POLICIES,
                                RELOAD_MILLIS / 1_000),
                median / 1_000,
                "us",
                round(cached / median),
                ok,
                details);
    }

    /** What a change of a policy costs until it is live: everything is parsed, validated and compiled again. */
    private static double reloadMillis() throws PolicyLoadException {
        var source = PolicyCase.source(Differ.PRINCIPAL, POLICIES);
        var least = Double.MAX_VALUE;
        for (var i = 0; i < RELOADS; i++) {
            var began = System.nanoTime();
            PolicySet.parse(source);
            least = Math.min(least, (System.nanoTime() - began) / 1e6);
        }
        return least;
    }

    private double compiled(PolicyCase policies, LongAdder allowed) {
        policies.requireAgreement(COMPARED);
        return Timing.medianNanos(time, time, BATCH, i -> {
            if (policies.compiled(i)) {
                allowed.increment();
            }
        });
    }

    private static void count(LongAdder allowed, boolean decision) {
        if (decision) {
            allowed.increment();
        }
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
