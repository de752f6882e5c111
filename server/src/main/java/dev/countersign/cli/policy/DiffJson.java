package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.policy.ExplanationJson;
import dev.countersign.policy.PolicySetDiff;
import dev.countersign.policy.PolicySetDiff.Difference;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;

/** A difference of policy sets as JSON. */
final class DiffJson {
    private DiffJson() {}

    static String write(PolicySetDiff diff, AnswerChanges answers) {
        var object = Json.MAPPER.createObjectNode();
        object.put("before", diff.before().hash().value())
                .put("after", diff.after().hash().value());
        var policies = object.putArray("policies");
        for (var policy : diff.policies()) {
            var node = policies.addObject().put("kind", word(policy.kind())).put("id", policy.id());
            node.put("file", policy.place().file()).put("line", policy.place().line());
            var parts = node.putArray("parts");
            policy.parts()
                    .forEach(part -> parts.addObject()
                            .put("part", part.name())
                            .put("before", part.before())
                            .put("after", part.after()));
        }
        named(object.putArray("schema"), diff.schema());
        named(object.putArray("entities"), diff.entities());
        var requests =
                object.putObject("requests").put("asked", answers.asked()).put("changed", answers.changed());
        var changes = requests.putArray("changes");
        for (var changed : answers.told()) {
            var node = changes.addObject().put("place", changed.place()).put("name", changed.name());
            node.set("request", changed.asked().toJson());
            node.set("before", ExplanationJson.answer(changed.before()));
            node.set("after", ExplanationJson.answer(changed.after()));
        }
        return Json.MAPPER.writeValueAsString(object);
    }

    private static void named(ArrayNode array, List<Difference> differences) {
        differences.forEach(
                each -> array.addObject().put("kind", word(each.kind())).put("name", each.name()));
    }

    private static String word(PolicySetDiff.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
