package dev.countersign.policy;

import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a schema declares, by name: {@code entity User}, {@code action transfer}, {@code type Session}. */
final class SchemaNames {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Map<String, String> WORDS =
            Map.of("entityTypes", "entity", "actions", "action", "commonTypes", "type");

    private SchemaNames() {}

    /** Of a set that has loaded. */
    static Map<String, JsonNode> of(PolicySource source) throws PolicyLoadException {
        var text = source.files().entrySet().stream()
                .filter(file -> PolicySource.isSchema(file.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining("\n"));
        return DeepStack.load(() -> {
            try {
                var schema = Schema.parse(Schema.JsonOrCedar.Cedar, text);
                return names(JSON.readTree(schema.toJsonFormat().toString()));
            } catch (InternalException e) {
                throw new PolicyLoadException(
                        List.of(new PolicyFault("", 0, 0, String.valueOf(e.getMessage()), "", "")));
            }
        });
    }

    private static Map<String, JsonNode> names(JsonNode schema) {
        var names = new TreeMap<String, JsonNode>();
        for (var namespace : schema.properties()) {
            var prefix = namespace.getKey().isEmpty() ? "" : namespace.getKey() + "::";
            WORDS.forEach((member, word) -> {
                for (var declaration : namespace.getValue().path(member).properties()) {
                    names.put(word + " " + prefix + declaration.getKey(), declaration.getValue());
                }
            });
        }
        return names;
    }
}
