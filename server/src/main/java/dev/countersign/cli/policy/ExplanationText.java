package dev.countersign.cli.policy;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Bool;
import dev.countersign.policy.Change;
import dev.countersign.policy.Effect;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Explanation;
import dev.countersign.policy.Explanation.ConditionFinding;
import dev.countersign.policy.Explanation.Finding;
import dev.countersign.policy.Explanation.HeadFinding;
import dev.countersign.policy.Explanation.PolicyFinding;
import dev.countersign.policy.Explanation.Reading;
import dev.countersign.policy.Explanation.Verdict;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.SourceRange;
import dev.countersign.policy.ValueText;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** An explanation for people. */
final class ExplanationText {
    /** Longest source text on a line, characters. */
    private static final int MAX_SOURCE = 160;

    /** Most groups on a line. */
    private static final int MAX_GROUPS = 10;

    private static final String STEP = "  ";

    private final StringBuilder text = new StringBuilder();
    private final String margin;

    private ExplanationText(String margin) {
        this.margin = margin;
    }

    /** Lines that begin with {@code margin} and end with a line break. */
    static String of(Explanation explanation, String margin) {
        var text = new ExplanationText(margin);
        text.write(explanation);
        return text.text.toString();
    }

    /** {@code permit} or {@code deny, no_permit}, with the policies behind it and what is open. */
    static String answer(Answer answer) {
        var text = new StringBuilder(answer.decision());
        if (!(answer instanceof Answer.Permit)) {
            text.append(", ").append(answer.code());
        }
        if (!answer.policies().isEmpty()) {
            text.append(", by ")
                    .append(answer.policies().stream().map(Object::toString).collect(Collectors.joining(", ")));
        }
        if (answer instanceof Answer.Open open) {
            text.append("; open: ").append(kinds(open));
        }
        return text.toString();
    }

    private static String kinds(Answer.Open open) {
        return open.requirements().stream()
                .map(ExplanationText::requirement)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private void write(Explanation explanation) {
        var request = explanation.request();
        line(0, sentence(explanation.answer()));
        line(1, request.principal() + " asked for " + request.action() + " on " + request.resource());
        line(0, "");
        if (explanation.policies().isEmpty()) {
            line(0, "No policy is about this principal, action and resource.");
        }
        explanation.policies().forEach(this::policy);
        if (explanation.omitted() > 0) {
            line(0, "and " + explanation.omitted() + " more policies");
        }
        if (!(explanation.answer() instanceof Answer.Permit)) {
            changes(explanation.changes());
        }
    }

    private static String sentence(Answer answer) {
        var by = answer.policies().stream().map(Object::toString).collect(Collectors.joining(", "));
        return switch (answer) {
            case Answer.Permit permit -> "PERMIT by " + by;
            case Answer.Open open ->
                "OPEN: " + by + (open.policies().size() == 1 ? " requires " : " require ") + kinds(open);
            case Answer.Deny deny ->
                switch (deny.reason()) {
                    case NO_PERMIT -> "DENY: no policy permits this";
                    case FORBIDDEN -> "DENY: forbidden by " + by;
                    case POLICY_ERROR -> "DENY: " + by + " could not be evaluated";
                };
        };
    }

    private static String requirement(Requirement requirement) {
        return switch (requirement) {
            case Requirement.StepUp stepUp ->
                "a step-up" + (stepUp.acr() == null ? "" : " to " + stepUp.acr()) + ", at most "
                        + stepUp.maxAge().toSeconds() + " s old";
            case Requirement.Approval approval -> "approval by " + approval.quorum() + " of " + approval.approvers();
            case Requirement.Signature signature -> "the requester's signature";
            case Requirement.Proof proof -> "a session bound to a key";
        };
    }

    private void policy(PolicyFinding finding) {
        line(
                0,
                verdict(finding) + "  (" + finding.source().file() + ":"
                        + finding.source().line() + ")");
        if (!finding.policy().text().isEmpty()) {
            line(1, "\"" + finding.policy().text() + "\"");
        }
        finding.requirements()
                .forEach(one ->
                        line(1, "requires " + requirement(one.requirement()) + (one.satisfied() ? ": met" : ": open")));
        if (finding.verdict() == Verdict.HEAD_DIFFERS) {
            finding.head().stream().filter(part -> !part.matches()).forEach(this::head);
        }
        finding.conditions().forEach(this::condition);
        line(0, "");
    }

    private static String verdict(PolicyFinding finding) {
        var name = finding.policy().id();
        var effect = finding.policy().effect() == Effect.PERMIT ? "permit" : "forbid";
        return switch (finding.verdict()) {
            case MATCHES ->
                name + " applies: " + effect + (finding.requirements().isEmpty() ? "" : " until met");
            case CONDITION_FAILS -> name + " (" + effect + ") does not apply: a condition fails";
            case ERROR -> name + " (" + effect + ") CANNOT BE EVALUATED";
            case HEAD_DIFFERS -> name + " (" + effect + ") is about something else";
        };
    }

    private void head(HeadFinding part) {
        line(1, "differs  " + source(part.source()));
        line(2, part.part() + " = " + part.actual() + in(part.groups()));
    }

    private void condition(ConditionFinding condition) {
        var finding = condition.finding();
        var word = condition.isWhen() ? "when" : "unless";
        line(
                1,
                word + " at line " + finding.source().line() + (condition.holds() ? " holds" : " fails")
                        + (condition.isReached() ? ":" : ", but an earlier condition failed already:"));
        if (finding.parts().isEmpty()) {
            finding(finding, 2);
        } else {
            finding.parts().forEach(part -> finding(part, 2));
        }
    }

    private void finding(Finding finding, int depth) {
        var outcome = switch (finding.outcome()) {
            case TRUE -> "true   ";
            case FALSE -> "FALSE  ";
            case ERROR -> "ERROR  ";
            case NOT_EVALUATED -> "-      ";
        };
        line(depth, outcome + source(finding.source()));
        if (finding.error() != null) {
            line(depth + 4, finding.error());
        }
        finding.readings().forEach(reading -> reading(reading, depth + 4));
        finding.parts().forEach(part -> finding(part, depth + 1));
    }

    private void reading(Reading reading, int depth) {
        line(
                depth,
                reading.value() instanceof RecordValue
                        ? reading.path() + " is there"
                        : reading.path() + " = " + ValueText.of(reading.value()) + in(reading.groups()));
    }

    private static String in(Collection<EntityUid> groups) {
        if (groups.isEmpty()) {
            return "";
        }
        var shown = groups.stream().limit(MAX_GROUPS).map(Object::toString).collect(Collectors.joining(", "));
        return " in " + shown + (groups.size() > MAX_GROUPS ? ", …" : "");
    }

    private void changes(List<Change> changes) {
        if (changes.isEmpty()) {
            line(0, "No single change of what policies read would have permitted it.");
            return;
        }
        line(0, "Any one of these changes would have been enough:");
        changes.forEach(change -> line(1, change(change)));
    }

    private static String change(Change change) {
        var what = switch (change.kind()) {
            case MEMBERSHIP -> change.to() == Bool.TRUE ? change.what() : "not " + change.what();
            case CONTEXT, ATTRIBUTE -> value(change);
        };
        return change.answer() instanceof Answer.Open open ? what + "; then still open: " + kinds(open) : what;
    }

    private static String value(Change change) {
        if (change.to() == null) {
            return "no " + change.what();
        }
        if (change.isExample()) {
            return change.from() == null
                    ? change.what() + " present"
                    : change.what() + " other than " + ValueText.of(change.from());
        }
        var instead = change.from() == null ? "" : " instead of " + ValueText.of(change.from());
        return change.what() + " = " + ValueText.of(change.to()) + instead;
    }

    private static String source(SourceRange source) {
        return ValueText.cut(source.text().replaceAll("\\s*\\n\\s*", " "), MAX_SOURCE) + "   [" + source.line() + ":"
                + source.column() + "]";
    }

    private void line(int depth, String content) {
        text.append((margin + STEP.repeat(depth) + content).stripTrailing()).append('\n');
    }
}
