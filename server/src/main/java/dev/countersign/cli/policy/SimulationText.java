package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.replay.Difference.Kind;
import dev.countersign.replay.SimulationReport;
import dev.countersign.replay.SimulationReport.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a simulation's report for people and for programs. */
final class SimulationText {
    /** Policies named under each kind. */
    private static final int MAX_POLICIES = 10;

    private SimulationText() {}

    static List<String> lines(SimulationReport report) {
        var lines = new ArrayList<String>();
        lines.add("candidate " + report.candidate());
        lines.add(String.format(
                Locale.ROOT,
                "replayed %,d of %,d decisions since %s (the others were made without policies)",
                report.evaluated(),
                report.decisions(),
                report.since()));
        lines.add(String.format(Locale.ROOT, "%,d would have been otherwise", report.changed()));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%-52s %9s %9s", "", "count", "per 1,000"));
        report.kinds().forEach((kind, count) -> kind(lines, report, kind, count));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "principals touched: %,d", report.principals()));
        report.mostTouched()
                .forEach(touched ->
                        lines.add(String.format(Locale.ROOT, "  %-50s %9d", touched.principal(), touched.decisions())));
        if (report.principals() > report.mostTouched().size()) {
            lines.add("  …");
        }
        return lines;
    }

    private static void kind(List<String> lines, SimulationReport report, Kind kind, Count count) {
        lines.add(String.format(Locale.ROOT, "%-52s %,9d %9.1f", title(kind), count.total(), report.per1000(kind)));
        count.byPolicy().stream().limit(MAX_POLICIES).forEach(one -> {
            var name = one.policy() + (one.detail().isEmpty() ? "" : ": " + one.detail());
            lines.add(String.format(Locale.ROOT, "  %-50s %,9d", name, one.count()));
        });
        if (count.byPolicy().size() > MAX_POLICIES) {
            lines.add("  … and " + (count.byPolicy().size() - MAX_POLICIES) + " more; --json has all");
        }
        if (!count.examples().isEmpty()) {
            lines.add("  e.g. " + String.join(", ", count.examples()));
        }
    }

    private static String title(Kind kind) {
        return switch (kind) {
            case NEW_DENIAL -> "new denials";
            case NEW_PERMIT -> "new permits";
            case NOW_OBTAINABLE -> "refused before, now open to who meets a requirement";
            case NEW_PROMPT -> "new prompts";
            case PROMPT_GONE -> "prompts no longer asked";
            case ERROR -> "policies that could not be evaluated";
        };
    }

    static String json(SimulationReport report) {
        var json = Json.MAPPER.createObjectNode();
        json.put("candidate", report.candidate());
        json.put("since", report.since().toString());
        if (report.first() != null && report.last() != null) {
            json.put("first", report.first().toString());
            json.put("last", report.last().toString());
        }
        json.put("decisions", report.decisions());
        json.put("evaluated", report.evaluated());
        json.put("changed", report.changed());
        var kinds = json.putObject("differences");
        report.kinds().forEach((kind, count) -> {
            var one = kinds.putObject(kind.word());
            one.put("count", count.total());
            one.put("per_1000", Math.round(report.per1000(kind) * 100) / 100.0);
            var policies = one.putArray("policies");
            count.byPolicy()
                    .forEach(policy -> policies.addObject()
                            .put("policy", policy.policy())
                            .put("detail", policy.detail())
                            .put("count", policy.count()));
            var examples = one.putArray("examples");
            count.examples().forEach(examples::add);
        });
        var principals = json.putObject("principals");
        principals.put("count", report.principals());
        var most = principals.putArray("most");
        report.mostTouched()
                .forEach(touched ->
                        most.addObject().put("principal", touched.principal()).put("decisions", touched.decisions()));
        var live = json.putObject("policy_sets");
        report.policySets().forEach(live::put);
        return Json.MAPPER.writeValueAsString(json);
    }
}
