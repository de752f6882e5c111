package dev.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * The entities of every {@code entities.json} of a set: policy packs that stand side by side in one folder each bring theirs.
 * An entity may stand in several files when it says the same in each.
 *
 * @param files where they stand, for messages
 * @param json all of them, each once, in Cedar's JSON format
 */
record EntityFiles(String files, ArrayNode json, List<Entity> entities) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Null when there is no such file. What is wrong is added to {@code faults}. */
    static @Nullable EntityFiles read(PolicySource source, List<PolicyFault> faults) {
        var names = new ArrayList<String>();
        var once = new LinkedHashMap<EntityUid, Entity>();
        var homes = new LinkedHashMap<EntityUid, String>();
        var json = JSON.createArrayNode();
        source.files().forEach((name, text) -> {
            if (!PolicySource.isEntities(name)) {
                return;
            }
            names.add(name);
            try {
                var nodes = JSON.readTree(text);
                add(name, CedarJson.entities(nodes), nodes, once, homes, json);
            } catch (IllegalArgumentException | JacksonException e) {
                faults.add(new PolicyFault(name, 0, 0, String.valueOf(e.getMessage()), "", ""));
            }
        });
        return names.isEmpty() ? null : new EntityFiles(String.join(", ", names), json, List.copyOf(once.values()));
    }

    private static void add(
            String file,
            List<Entity> entities,
            JsonNode nodes,
            Map<EntityUid, Entity> once,
            Map<EntityUid, String> homes,
            ArrayNode json) {
        Entities.of(entities); // refuses one given twice in the same file
        for (var i = 0; i < entities.size(); i++) {
            var entity = entities.get(i);
            var earlier = once.putIfAbsent(entity.uid(), entity);
            if (earlier == null) {
                homes.put(entity.uid(), file);
                json.add(nodes.get(i));
            } else if (!earlier.equals(entity)) {
                throw new IllegalArgumentException(
                        "Entity " + entity.uid() + " is given differently in " + homes.get(entity.uid()));
            }
        }
    }
}
