package dev.countersign.console;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Bool;
import dev.countersign.policy.Change;
import dev.countersign.policy.Effect;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Explanation;
import dev.countersign.policy.Explanation.Finding;
import dev.countersign.policy.Explanation.PolicyFinding;
import dev.countersign.policy.Explanation.Reading;
import dev.countersign.policy.Explanation.RequirementFinding;
import dev.countersign.policy.ValueText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An explanation as the decision's page shows it.
 *
 * @param policies those that are about this principal, action and resource
 * @param omitted how many more there are
 * @param changes single changes that would have been enough
 */
public record WhyView(List<PolicyView> policies, int omitted, List<String> changes) {
    /** Longest source text on a line, characters. */
    private static final int MAX_SOURCE = 200;

    /**
     * A policy.
     *
     * @param style of its badge
     * @param place file and line
     */
    public record PolicyView(
            String id, String verdict, String style, String place, String text, List<LineView> lines) {}

    /**
     * A line under a policy.
     *
     * @param depth how far it is moved in, from 0 to 4
     * @param mark outcome of an expression, or empty for what was read
     */
    public record LineView(int depth, String mark, String style, String text) {}

    static WhyView of(Explanation explanation) {
        return new WhyView(
                explanation.policies().stream().map(WhyView::policy).toList(),
                explanation.omitted(),
                explanation.changes().stream().map(WhyView::change).toList());
    }

    private static PolicyView policy(PolicyFinding finding) {
        var lines = new ArrayList<LineView>();
        for (var requirement : finding.requirements()) {
            lines.add(new LineView(
                    0,
                    requirement.satisfied() ? "met" : "open",
                    requirement.satisfied() ? "good" : "wait",
                    RequirementText.of(requirement.requirement())));
        }
        for (var condition : finding.conditions()) {
            lines.add(new LineView(
                    0,
                    condition.holds() ? "holds" : "fails",
                    condition.holds() ? "good" : "bad",
                    condition.isWhen() ? "when" : "unless"));
            findings(condition.finding(), 1, lines);
        }
        var permits = finding.policy().effect() == Effect.PERMIT;
        return new PolicyView(
                finding.policy().id(),
                verdict(finding, permits),
                style(finding, permits),
                finding.source().file() + ":" + finding.source().line(),
                finding.policy().text(),
                lines);
    }

    private static String verdict(PolicyFinding finding, boolean permits) {
        return switch (finding.verdict()) {
            case MATCHES -> permits ? "permits" : isMet(finding) ? "requirement met" : requires(finding);
            case CONDITION_FAILS -> permits ? "does not permit" : "does not apply";
            case ERROR -> "could not be evaluated";
            case HEAD_DIFFERS -> "about something else";
        };
    }

    private static String requires(PolicyFinding finding) {
        return finding.requirements().isEmpty() ? "forbids" : "requires";
    }

    private static boolean isMet(PolicyFinding finding) {
        return !finding.requirements().isEmpty()
                && finding.requirements().stream().allMatch(RequirementFinding::satisfied);
    }

    private static String style(PolicyFinding finding, boolean permits) {
        return switch (finding.verdict()) {
            case MATCHES ->
                permits || isMet(finding) ? "good" : finding.requirements().isEmpty() ? "bad" : "wait";
            case ERROR -> "bad";
            case CONDITION_FAILS, HEAD_DIFFERS -> "";
        };
    }

    private static void findings(Finding finding, int depth, List<LineView> lines) {
        if (finding.parts().isEmpty() || depth == 4) {
            lines.add(expression(finding, depth));
            if (finding.error() != null) {
                lines.add(new LineView(Math.min(depth + 1, 4), "", "muted", finding.error()));
            }
            finding.readings().forEach(reading -> lines.add(read(reading, Math.min(depth + 1, 4))));
        } else {
            finding.parts().forEach(part -> findings(part, depth, lines));
        }
    }

    private static LineView expression(Finding finding, int depth) {
        var source = ValueText.cut(finding.source().text().replaceAll("\\s*\\n\\s*", " "), MAX_SOURCE);
        return switch (finding.outcome()) {
            case TRUE -> new LineView(depth, "true", "good", source);
            case FALSE -> new LineView(depth, "false", "bad", source);
            case ERROR -> new LineView(depth, "error", "bad", source);
            case NOT_EVALUATED -> new LineView(depth, "not reached", "", source);
        };
    }

    private static LineView read(Reading reading, int depth) {
        var groups = reading.groups().isEmpty()
                ? ""
                : " in " + reading.groups().stream().map(EntityUid::toString).collect(Collectors.joining(", "));
        return new LineView(depth, "", "muted", reading.path() + " = " + ValueText.of(reading.value()) + groups);
    }

    private static String change(Change change) {
        var what = switch (change.kind()) {
            case MEMBERSHIP -> change.to() == Bool.TRUE ? change.what() : "not " + change.what();
            case CONTEXT, ATTRIBUTE -> value(change);
        };
        return change.answer() instanceof Answer.Open open
                ? what + "; then still open: "
                        + open.requirements().stream().map(RequirementText::of).collect(Collectors.joining(", "))
                : what;
    }

    private static String value(Change change) {
        if (change.to() == null) {
            return "no " + change.what() + " instead of " + ValueText.of(change.from());
        }
        if (change.isExample()) {
            return change.from() == null
                    ? change.what() + " present"
                    : change.what() + " other than " + ValueText.of(change.from());
        }
        return change.what() + " = " + ValueText.of(change.to())
                + (change.from() == null ? "" : " instead of " + ValueText.of(change.from()));
    }
}
