package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One case of a corpus in the format of cedar-policy/cedar-integration-tests (its README, "Test format"). */
final class CorpusCase {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS) // generated cases hold them
            .build();

    private final String name;
    private final JsonNode test;
    private final String policies;
    private final String schema;
    private final JsonNode entities;

    private CorpusCase(String name, JsonNode test, String policies, String schema, JsonNode entities) {
        this.name = name;
        this.test = test;
        this.policies = policies;
        this.schema = schema;
        this.entities = entities;
    }

    /**
     * The case in the file {@code name}, or null when that is no case. Throws {@link IllegalArgumentException} when it
     * names a file that is not there.
     */
    static @Nullable CorpusCase read(String name, Map<String, String> files) {
        var test = JSON.readTree(files.get(name));
        if (!test.isObject() || !test.has("requests") || !test.has("policies")) {
            return null;
        }
        return new CorpusCase(
                name,
                test,
                file(name, test, "policies", files),
                file(name, test, "schema", files),
                JSON.readTree(file(name, test, "entities", files)));
    }

    /** Files are named from the corpus's root; in an archive of one folder they lie beside the case. */
    private static String file(String name, JsonNode test, String member, Map<String, String> files) {
        var path = test.path(member).asString("");
        var beside = name.substring(0, name.lastIndexOf('/') + 1) + path.substring(path.lastIndexOf('/') + 1);
        var text = files.containsKey(path) ? files.get(path) : files.get(beside);
        if (text == null) {
            throw new IllegalArgumentException("names the file " + path + ", which is not there");
        }
        return text;
    }

    /** Runs it, on a {@link DeepStack}. */
    CorpusReport run() {
        var disagree = new ArrayList<Disagreement>();
        var requests = test.get("requests");
        try {
            var accepted = SchemaReader.read(CedarReference.schemaJson(schema));
            validate(disagree);
            var set = new PolicyLoader(new PolicySource(Map.of("policies.cedar", policies)), false).load();
            var all = CedarJson.entities(entities, accepted);
            var stored = Entities.of(all);
            for (var i = 0; i < requests.size(); i++) {
                check(i, requests.get(i), set, stored, accepted, disagree);
            }
        } catch (PolicyLoadException | JacksonException | IllegalArgumentException | CedarReference.InvalidSchema e) {
            return CorpusReport.unreadable(name, requests.size(), String.valueOf(e.getMessage()));
        }
        return CorpusReport.of(requests.size(), disagree);
    }

    private void validate(List<Disagreement> disagree) {
        if (test.has("shouldValidate")) {
            var expected = test.get("shouldValidate").booleanValue();
            var found = CedarReference.validateText(schema, policies);
            if (found.isEmpty() != expected) {
                disagree.add(new Disagreement(name, -1, "validates: " + expected, "validates: " + !expected + found));
            }
        }
    }

    private void check(
            int index,
            JsonNode asked,
            PolicySet set,
            Entities stored,
            RequestSchema schema,
            List<Disagreement> disagree) {
        var action = CedarJson.uid(asked.get("action"));
        var shape = schema.action(action);
        var request = new Request(
                CedarJson.uid(asked.get("principal")),
                action,
                CedarJson.uid(asked.get("resource")),
                CedarJson.record(asked.get("context"), shape == null ? null : shape.context()));
        var evaluation = set.evaluate(request, stored);
        var got = outcome(
                evaluation.isAllowed() ? "allow" : "deny",
                evaluation.determining().stream().map(Policy::id).collect(Collectors.toSet()),
                evaluation.errors().stream().map(error -> error.policy().id()).collect(Collectors.toSet()));
        var expected = outcome(asked.get("decision").stringValue(), ids(asked, "reason"), ids(asked, "errors"));
        if (!got.equals(expected)) {
            disagree.add(new Disagreement(name, index, expected, got));
        } else if (asked.path("validateRequest").asBoolean(false)) {
            var faults = schema.faults(request, stored); // the reference answered, so it found the request to fit
            if (!faults.isEmpty()) {
                disagree.add(new Disagreement(name, index, "a request that fits the schema", faults.toString()));
            }
        }
    }

    private static String outcome(String decision, Set<String> reasons, Set<String> errors) {
        return decision + " by " + new TreeSet<>(reasons) + ", errors " + new TreeSet<>(errors);
    }

    private static Set<String> ids(JsonNode request, String member) {
        return StreamSupport.stream(request.path(member).spliterator(), false)
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }
}
