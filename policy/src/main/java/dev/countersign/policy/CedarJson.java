package dev.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads values and entities in Cedar's JSON formats ("Entities and context syntax"). */
public final class CedarJson {
    /** Most elements of one set or record. */
    public static final int MAX_ELEMENTS = 100_000;

    private CedarJson() {}

    /**
     * A value: boolean, integer, string, array (set), object (record), or an escape {@code __entity} or {@code __extn}.
     * Throws {@link IllegalArgumentException}.
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
            throw new IllegalArgumentException("more than " + MAX_ELEMENTS + " elements");
        }
        if (node.isArray()) {
            var elements = new LinkedHashSet<Value>();
            node.forEach(element -> elements.add(value(element)));
            return SetValue.of(elements);
        }
        if (node.isObject()) {
            return object(node);
        }
        throw new IllegalArgumentException("no Cedar value: " + node.getNodeType());
    }

    private static Value object(JsonNode node) {
        if (node.size() == 1 && node.has("__entity")) {
            return uid(node);
        }
        if (node.size() == 1 && node.has("__extn")) {
            return extension(node.get("__extn"));
        }
        var members = new LinkedHashMap<String, Value>();
        for (var member : node.properties()) {
            members.put(member.getKey(), value(member.getValue()));
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
            throw new IllegalArgumentException("unknown extension function " + function);
        }
        try {
            return expression.evaluate(Environment.nowhere());
        } catch (EvaluationError e) {
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    /** {@code {"type","id"}}, possibly inside {@code __entity}. */
    public static EntityUid uid(JsonNode node) {
        var inner = node.has("__entity") ? node.get("__entity") : node;
        return new EntityUid(text(inner, "type"), text(inner, "id"));
    }

    /** A record. */
    public static RecordValue record(JsonNode node) {
        if (value(node) instanceof RecordValue object) {
            return object;
        }
        throw new IllegalArgumentException("expected an object");
    }

    /** An array of {@code {"uid","attrs","parents","tags"}}. */
    public static List<Entity> entities(JsonNode array) {
        if (!array.isArray()) {
            throw new IllegalArgumentException("expected an array of entities");
        }
        var entities = new ArrayList<Entity>();
        for (var node : array) {
            if (!node.has("uid")) {
                throw new IllegalArgumentException("an entity without uid");
            }
            var parents = new LinkedHashSet<EntityUid>();
            node.path("parents").forEach(parent -> parents.add(uid(parent)));
            entities.add(new Entity(
                    uid(node.get("uid")),
                    node.has("attrs") ? record(node.get("attrs")) : RecordValue.EMPTY,
                    parents,
                    node.has("tags") ? record(node.get("tags")) : RecordValue.EMPTY));
        }
        return entities;
    }

    private static String text(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null || !value.isString()) {
            throw new IllegalArgumentException("`" + name + "` is missing or not a string");
        }
        return value.stringValue();
    }
}
