package dev.countersign.cli.policy;

import dev.countersign.policy.PolicySetDiff;
import dev.countersign.policy.PolicySetDiff.Difference;
import dev.countersign.policy.PolicySetDiff.Kind;
import dev.countersign.policy.PolicySetDiff.Part;
import dev.countersign.policy.ValueText;
import java.util.List;

/** A difference of policy sets for people. */
final class DiffText {
    /** Longest text of a part, characters. */
    private static final int MAX_PART = 400;

    private DiffText() {}

    static String of(PolicySetDiff diff, AnswerChanges answers) {
        var text = new StringBuilder();
        text.append(diff.isEmpty() ? "The policy sets mean the same.\n" : "");
        if (!diff.policies().isEmpty()) {
            text.append("policies\n");
        }
        for (var policy : diff.policies()) {
            text.append("  ").append(sign(policy.kind())).append(' ').append(policy.id());
            text.append("  (")
                    .append(policy.place().file())
                    .append(':')
                    .append(policy.place().line())
                    .append(")\n");
            policy.parts().forEach(part -> part(text, part));
        }
        named(text, "schema", diff.schema());
        named(text, "entities", diff.entities());
        answers(text, answers);
        return text.toString();
    }

    private static void part(StringBuilder text, Part part) {
        text.append("      ").append(part.name()).append('\n');
        text.append("        was  ").append(shown(part.before())).append('\n');
        text.append("        is   ").append(shown(part.after())).append('\n');
    }

    private static String shown(String part) {
        return part.isEmpty() ? "(nothing)" : ValueText.cut(part.replaceAll("\\s*\\n\\s*", " "), MAX_PART);
    }

    private static void named(StringBuilder text, String heading, List<Difference> differences) {
        if (!differences.isEmpty()) {
            text.append(heading).append('\n');
            differences.forEach(each -> text.append("  ")
                    .append(sign(each.kind()))
                    .append(' ')
                    .append(each.name())
                    .append('\n'));
        }
    }

    private static char sign(Kind kind) {
        return switch (kind) {
            case ADDED -> '+';
            case REMOVED -> '-';
            case CHANGED -> '~';
        };
    }

    private static void answers(StringBuilder text, AnswerChanges answers) {
        text.append("requests: ").append(answers.asked()).append(" asked, ");
        text.append(answers.changed()).append(" answered otherwise\n");
        for (var changed : answers.told()) {
            var request = changed.asked().request();
            text.append("  ").append(changed.place()).append("  ");
            text.append(
                    changed.name().isEmpty()
                            ? request.principal() + " " + request.action() + " " + request.resource()
                            : changed.name());
            text.append("\n    was  ").append(ExplanationText.answer(changed.before()));
            text.append("\n    is   ")
                    .append(ExplanationText.answer(changed.after()))
                    .append('\n');
        }
        if (answers.changed() > answers.told().size()) {
            text.append("  and ")
                    .append(answers.changed() - answers.told().size())
                    .append(" more\n");
        }
    }
}
