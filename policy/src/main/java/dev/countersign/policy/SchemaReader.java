package dev.countersign.policy;

import dev.countersign.policy.AttributeType.Member;
import dev.countersign.policy.AttributeType.Members;
import dev.countersign.policy.AttributeType.Plain;
import dev.countersign.policy.RequestSchema.ActionShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compiles a schema in Cedar's JSON format (Cedar reference, "JSON schema format") that the reference has accepted. Names
 * are looked up as the reference does: in their namespace, then in none, then among the built-in types; common types
 * before entity types.
 */
final class SchemaReader {
    private static final String BUILT_IN = "__cedar::";

    private final JsonNode schema;
    private final Map<String, EntityShape> entities = new HashMap<>();
    private final Map<String, JsonNode> common = new HashMap<>();
    private final Map<String, AttributeType> resolved = new HashMap<>();

    private SchemaReader(JsonNode schema) {
        this.schema = schema;
    }

    /** Throws {@link IllegalArgumentException} when a name leads nowhere. */
    static RequestSchema read(JsonNode schema) {
        return new SchemaReader(schema).read();
    }

    private RequestSchema read() {
        for (var namespace : schema.properties()) {
            for (var type : namespace.getValue().path("commonTypes").properties()) {
                common.put(qualified(namespace.getKey(), type.getKey()), type.getValue());
            }
            for (var type : namespace.getValue().path("entityTypes").properties()) {
                var name = qualified(namespace.getKey(), type.getKey()).intern();
                entities.put(name, new EntityShape(name, ids(type.getValue().get("enum"))));
            }
        }
        var parents = new HashMap<String, Set<String>>();
        var actions = new HashMap<EntityUid, ActionShape>();
        for (var namespace : schema.properties()) {
            var name = namespace.getKey();
            for (var type : namespace.getValue().path("entityTypes").properties()) {
                parents.put(
                        qualified(name, type.getKey()),
                        entityTypes(name, type.getValue().path("memberOfTypes")));
            }
            for (var action : namespace.getValue().path("actions").properties()) {
                actions.put(
                        new EntityUid(qualified(name, "Action"), action.getKey()),
                        action(name, action.getValue().path("appliesTo")));
            }
        }
        complete(parents);
        return new RequestSchema(entities, actions);
    }

    private void complete(Map<String, Set<String>> parents) {
        for (var namespace : schema.properties()) {
            for (var type : namespace.getValue().path("entityTypes").properties()) {
                var name = qualified(namespace.getKey(), type.getKey());
                var body = type.getValue();
                var tags = body.get("tags");
                shape(name)
                        .complete(
                                body.has("shape") ? members(namespace.getKey(), body.get("shape")) : Members.NONE,
                                tags == null ? null : type(namespace.getKey(), tags),
                                ancestors(name, parents));
            }
        }
    }

    private static @Nullable Set<String> ids(@Nullable JsonNode array) {
        if (array == null) {
            return null;
        }
        var ids = new LinkedHashSet<String>();
        array.forEach(id -> ids.add(id.stringValue()));
        return ids;
    }

    private ActionShape action(String namespace, JsonNode appliesTo) {
        return new ActionShape(
                entityTypes(namespace, appliesTo.path("principalTypes")),
                entityTypes(namespace, appliesTo.path("resourceTypes")),
                appliesTo.has("context") ? members(namespace, appliesTo.get("context")) : Members.NONE);
    }

    private Set<String> entityTypes(String namespace, JsonNode names) {
        var types = new HashSet<String>();
        names.forEach(
                name -> types.add(entityType(namespace, name.stringValue()).type()));
        return types;
    }

    private static Set<String> ancestors(String type, Map<String, Set<String>> parents) {
        var ancestors = new HashSet<String>();
        var next = new ArrayDeque<>(parents.getOrDefault(type, Set.of()));
        while (!next.isEmpty()) {
            var parent = next.pop();
            if (ancestors.add(parent)) {
                next.addAll(parents.getOrDefault(parent, Set.of()));
            }
        }
        return ancestors;
    }

    private Members members(String namespace, JsonNode node) {
        if (type(namespace, node) instanceof Members members) {
            return members;
        }
        throw new IllegalArgumentException("a context or an entity's shape is no record");
    }

    private AttributeType type(String namespace, JsonNode node) {
        var kind = node.get("type").stringValue();
        return switch (kind) {
            case "Record" -> object(namespace, node.path("attributes"));
            case "Set" -> new AttributeType.SetOf(type(namespace, node.get("element")));
            case "Entity" ->
                new AttributeType.Reference(
                        entityType(namespace, node.get("name").stringValue()));
            case "Extension", "EntityOrCommon" ->
                named(namespace, node.get("name").stringValue());
            default -> named(namespace, kind);
        };
    }

    private Members object(String namespace, JsonNode attributes) {
        var members = new ArrayList<Member>();
        for (var attribute : attributes.properties()) {
            var required = attribute.getValue().path("required").asBoolean(true);
            members.add(new Member(attribute.getKey(), type(namespace, attribute.getValue()), required));
        }
        return Members.of(members);
    }

    private AttributeType named(String namespace, String name) {
        if (!name.contains("::") && !namespace.isEmpty()) {
            var near = declared(namespace + "::" + name);
            if (near != null) {
                return near;
            }
        }
        var found = declared(name);
        if (found == null) {
            found = Plain.BUILT_IN.get(name.startsWith(BUILT_IN) ? name.substring(BUILT_IN.length()) : name);
        }
        if (found == null) {
            throw new IllegalArgumentException("the schema has no type " + name);
        }
        return found;
    }

    /** A common type is read once, however many use it. */
    private @Nullable AttributeType declared(String qualified) {
        var known = resolved.get(qualified);
        if (known == null && common.containsKey(qualified)) {
            var at = qualified.lastIndexOf("::");
            known = type(at < 0 ? "" : qualified.substring(0, at), common.get(qualified));
            resolved.put(qualified, known);
        }
        if (known != null) {
            return known;
        }
        var entity = entities.get(qualified);
        return entity == null ? null : new AttributeType.Reference(entity);
    }

    private EntityShape entityType(String namespace, String name) {
        var near = name.contains("::") ? null : entities.get(qualified(namespace, name));
        return near == null ? shape(name) : near;
    }

    private EntityShape shape(String name) {
        var shape = entities.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("the schema has no entity type " + name);
        }
        return shape;
    }

    static String qualified(String namespace, String name) {
        return namespace.isEmpty() ? name : namespace + "::" + name;
    }
}
