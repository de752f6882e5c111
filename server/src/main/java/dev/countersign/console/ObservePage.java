package dev.countersign.console;

import dev.countersign.replay.Difference;
import dev.countersign.replay.Difference.Kind;
import dev.countersign.replay.Observation;
import dev.countersign.replay.Observation.Differing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An observation as its page shows it.
 *
 * @param refused faults of a candidate that cannot be loaded
 * @param rows what differs, by kind and policy
 * @param latest the newest differing decisions
 */
public record ObservePage(
        @Nullable String candidate,
        String since,
        List<String> refused,
        String evaluated,
        String changed,
        List<Row> rows,
        List<Example> latest) {
    /** Examples on the page; JSON has all that are kept. */
    static final int MAX_EXAMPLES = 100;

    /** Differences of one kind behind one policy. */
    public record Row(String kind, String policy, String detail, String count) {}

    /** A decision that differs. */
    public record Example(String time, String evaluationId, String who, String what, String differences) {}

    static ObservePage of(Observation observation) {
        var report = observation.report();
        var rows = new ArrayList<Row>();
        if (report != null) {
            report.kinds()
                    .forEach((kind, count) -> count.byPolicy()
                            .forEach(one ->
                                    rows.add(new Row(kind(kind), one.policy(), one.detail(), number(one.count())))));
        }
        return new ObservePage(
                observation.candidate(),
                observation.since().toString().substring(0, 19) + "Z",
                observation.refused().stream().map(Object::toString).toList(),
                number(report == null ? 0 : report.evaluated()),
                number(report == null ? 0 : report.changed()),
                rows,
                observation.latest().stream()
                        .limit(MAX_EXAMPLES)
                        .map(ObservePage::example)
                        .toList());
    }

    private static Example example(Differing differing) {
        return new Example(
                differing.at().toString().substring(11, 19),
                differing.evaluationId(),
                differing.principal(),
                differing.action() + " on " + differing.resource(),
                differing.differences().stream().map(ObservePage::difference).collect(Collectors.joining("; ")));
    }

    private static String difference(Difference difference) {
        return kind(difference.kind()) + " by " + difference.policy() + " (" + difference.detail() + ")";
    }

    private static String kind(Kind kind) {
        return switch (kind) {
            case NEW_DENIAL -> "denied";
            case NEW_PERMIT -> "permitted";
            case NOW_OBTAINABLE -> "open instead of refused";
            case NEW_PROMPT -> "prompt";
            case PROMPT_GONE -> "no prompt";
            case ERROR -> "not evaluated";
        };
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
