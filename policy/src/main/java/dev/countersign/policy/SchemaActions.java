package dev.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The actions that a schema declares, as entities: {@code action in Action::"group"} is true by what the schema says about
 * the action, not by what a request brings along (Cedar reference, "Schema", actions).
 */
final class SchemaActions {
    private SchemaActions() {}

    /** From a schema in Cedar's JSON format. */
    static List<Entity> of(JsonNode schema) {
        var actions = new ArrayList<Entity>();
        for (var namespace : schema.properties()) {
            var type = SchemaReader.qualified(namespace.getKey(), "Action");
            for (var action : namespace.getValue().path("actions").properties()) {
                var groups = new LinkedHashSet<EntityUid>();
                for (var group : action.getValue().path("memberOf")) {
                    groups.add(new EntityUid(
                            groupType(namespace.getKey(), group),
                            group.get("id").stringValue()));
                }
                actions.add(Entity.of(new EntityUid(type, action.getKey()), groups));
            }
        }
        return actions;
    }

    /** An action group's type: the namespace's own unless another is named. */
    private static String groupType(String namespace, JsonNode group) {
        var named = group.path("type");
        if (!named.isString()) {
            return SchemaReader.qualified(namespace, "Action");
        }
        return named.stringValue().contains("::")
                ? named.stringValue()
                : SchemaReader.qualified(namespace, named.stringValue());
    }
}
