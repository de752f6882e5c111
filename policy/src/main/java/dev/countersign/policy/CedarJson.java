package dev.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Reads values and entities in Cedar's JSON formats ("Entities and context syntax"); {@link CedarJsonWriter} writes them.
 * What is malformed throws {@link CedarJsonException}.
 */
public final class CedarJson {
    /** Most elements of one set or record. */
    public static final int MAX_ELEMENTS = 100_000;

    private CedarJson() {}

    /**
     * A value: boolean, integer, string, array (set), object (record), or an escape {@code __entity} or {@code __extn}.
     */
    public static Value value(JsonNode node) {
        if (node.isBoolean()) {
            return Bool.of(node.booleanValue());
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return new LongValue(node.longValue());
        }
        if (node.isString()) {
            return new StringValue(node.stringValue());
        }
        if (node.size() > MAX_ELEMENTS) {
            throw malformed("more than " + MAX_ELEMENTS + " elements");
        }
        if (node.isArray()) {
            var elements = new LinkedHashSet<Value>();
            var index = 0;
            for (var element : node) {
                elements.add(within(index++, element, CedarJson::value));
            }
            return SetValue.of(elements);
        }
        if (node.isObject()) {
            return object(node);
        }
        throw malformed("no Cedar value: " + node.getNodeType());
    }

    private static CedarJsonException malformed(String reason) {
        return new CedarJsonException("", reason);
    }

    /** Reads a member or element; a refusal names it. */
    private static <T> T within(Object nameOrIndex, JsonNode node, Function<JsonNode, T> reader) {
        try {
            return reader.apply(node);
        } catch (IllegalArgumentException e) {
            throw CedarJsonException.inside(nameOrIndex, e);
        }
    }

    private static Value object(JsonNode node) {
        if (node.size() == 1 && node.has("__entity")) {
            return uid(node);
        }
        if (node.size() == 1 && node.has("__extn")) {
            return within("__extn", node.get("__extn"), CedarJson::extension);
        }
        var members = new LinkedHashMap<String, Value>();
        for (var member : node.properties()) {
            members.put(member.getKey(), within(member.getKey(), member.getValue(), CedarJson::value));
        }
        return RecordValue.of(members);
    }

    /** {@code {"fn","arg"}}, or {@code {"fn","args"}} for functions that take several. */
    private static Value extension(JsonNode call) {
        var function = text(call, "fn");
        var arguments = new ArrayList<Expression>();
        if (call.has("args")) {
            call.get("args").forEach(argument -> arguments.add(new Expression.Constant(value(argument))));
        } else if (call.has("arg")) {
            arguments.add(new Expression.Constant(value(call.get("arg"))));
        }
        var expression = ExtensionFunctions.call(function, arguments);
        if (expression == null) {
            throw malformed("unknown extension function " + function);
        }
        try {
            return expression.evaluate(Environment.nowhere());
        } catch (EvaluationError e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    /** {@code {"type","id"}}, possibly inside {@code __entity}. */
    public static EntityUid uid(JsonNode node) {
        return node.has("__entity") ? within("__entity", node.get("__entity"), CedarJson::typeAndId) : typeAndId(node);
    }

    private static EntityUid typeAndId(JsonNode node) {
        return new EntityUid(text(node, "type"), text(node, "id"));
    }

    /** A record. */
    public static RecordValue record(JsonNode node) {
        if (value(node) instanceof RecordValue object) {
            return object;
        }
        throw malformed("expected an object");
    }

    /** An array of {@code {"uid","attrs","parents","tags"}}. */
    public static List<Entity> entities(JsonNode array) {
        if (!array.isArray()) {
            throw malformed("expected an array of entities");
        }
        var entities = new ArrayList<Entity>();
        for (var node : array) {
            entities.add(within(entities.size(), node, CedarJson::entity));
        }
        return entities;
    }

    /** One of {@link #entities}. */
    public static Entity entity(JsonNode node) {
        if (!node.has("uid")) {
            throw malformed("an entity without uid");
        }
        return new Entity(
                within("uid", node.get("uid"), CedarJson::uid),
                attributes(node, "attrs"),
                node.has("parents") ? within("parents", node.get("parents"), CedarJson::parents) : Set.of(),
                attributes(node, "tags"));
    }

    private static RecordValue attributes(JsonNode entity, String name) {
        return entity.has(name) ? within(name, entity.get(name), CedarJson::record) : RecordValue.EMPTY;
    }

    private static Set<EntityUid> parents(JsonNode array) {
        if (!array.isArray()) {
            throw malformed("expected an array of entity names");
        }
        var parents = new LinkedHashSet<EntityUid>();
        var index = 0;
        for (var parent : array) {
            parents.add(within(index++, parent, CedarJson::uid));
        }
        return parents;
    }

    private static String text(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null || !value.isString()) {
            throw malformed("`" + name + "` is missing or not a string");
        }
        return value.stringValue();
    }
}
