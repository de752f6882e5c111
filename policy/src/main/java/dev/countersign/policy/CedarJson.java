package dev.countersign.policy;

import dev.countersign.policy.AttributeType.Members;
import dev.countersign.policy.AttributeType.Plain;
import dev.countersign.policy.AttributeType.Reference;
import dev.countersign.policy.AttributeType.SetOf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads values and entities in Cedar's JSON formats ("Entities and context syntax"); {@link CedarJsonWriter} writes them.
 * What is malformed throws {@link CedarJsonException}, with the place.
 */
public final class CedarJson {
    /** Most elements of one set or record. */
    public static final int MAX_ELEMENTS = 100_000;

    private static final Map<String, String> CONSTRUCTORS =
            Map.of("decimal", "decimal", "ipaddr", "ip", "datetime", "datetime", "duration", "duration");

    private CedarJson() {}

    /**
     * A value: boolean, integer, string, array (set), object (record), or an escape {@code __entity} or {@code __extn}.
     */
    public static Value value(JsonNode node) {
        return value(node, null);
    }

    /** As {@link #value(JsonNode)}; where {@code type} says what is meant, entities and extensions need no escape. */
    static Value value(JsonNode node, @Nullable AttributeType type) {
        if (node.isBoolean()) {
            return Bool.of(node.booleanValue());
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return new LongValue(node.longValue());
        }
        if (node.isString()) {
            var constructor = constructor(type);
            return constructor == null
                    ? new StringValue(node.stringValue())
                    : call(constructor, List.of(new Expression.Constant(new StringValue(node.stringValue()))));
        }
        if (node.size() > MAX_ELEMENTS) {
            throw malformed("more than " + MAX_ELEMENTS + " elements");
        }
        if (node.isArray()) {
            return set(node, type instanceof SetOf set ? set.element() : null);
        }
        if (node.isObject()) {
            return object(node, type);
        }
        throw malformed("no Cedar value: " + (node.isNumber() ? "not a 64-bit integer" : node.getNodeType()));
    }

    private static @Nullable String constructor(@Nullable AttributeType type) {
        return type instanceof Plain plain ? CONSTRUCTORS.get(plain.written()) : null;
    }

    private static Value set(JsonNode array, @Nullable AttributeType element) {
        var elements = new LinkedHashSet<Value>();
        for (var i = 0; i < array.size(); i++) {
            try {
                elements.add(value(array.get(i), element));
            } catch (CedarJsonException e) {
                throw CedarJsonException.inside(i, e);
            }
        }
        return SetValue.of(elements);
    }

    private static Value object(JsonNode node, @Nullable AttributeType type) {
        if (node.size() == 1 && node.has("__entity")) {
            return uid(node);
        }
        if (node.size() == 1 && node.has("__extn")) {
            return in("__extn", () -> extension(node.get("__extn")));
        }
        if (type instanceof Reference) {
            return uid(node);
        }
        if (constructor(type) != null && node.has("fn")) {
            return extension(node);
        }
        var members = new LinkedHashMap<String, Value>();
        for (var member : node.properties()) {
            var declared = type instanceof Members object ? object.get(member.getKey()) : null;
            try {
                members.put(member.getKey(), value(member.getValue(), declared));
            } catch (CedarJsonException e) {
                throw CedarJsonException.inside(member.getKey(), e);
            }
        }
        return RecordValue.of(members);
    }

    /** {@code {"fn","arg"}}, or {@code {"fn","args"}} for functions that take several. */
    private static Value extension(JsonNode call) {
        var arguments = new ArrayList<Expression>();
        if (call.has("args")) {
            call.get("args").forEach(argument -> arguments.add(new Expression.Constant(value(argument))));
        } else if (call.has("arg")) {
            arguments.add(new Expression.Constant(value(call.get("arg"))));
        }
        return call(text(call, "fn"), arguments);
    }

    private static Value call(String function, List<Expression> arguments) {
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
        return node.has("__entity") ? in("__entity", () -> name(node.get("__entity"))) : name(node);
    }

    private static EntityUid name(JsonNode node) {
        return new EntityUid(text(node, "type"), text(node, "id"));
    }

    /** A record. */
    public static RecordValue record(JsonNode node) {
        return record(node, null);
    }

    static RecordValue record(JsonNode node, @Nullable AttributeType type) {
        if (value(node, type) instanceof RecordValue object) {
            return object;
        }
        throw malformed("expected an object");
    }

    /** An array of {@code {"uid","attrs","parents","tags"}}. */
    public static List<Entity> entities(JsonNode array) {
        return entities(array, null);
    }

    /** As {@link #entities(JsonNode)}; where {@code schema} says what is meant, values need no escape. */
    static List<Entity> entities(JsonNode array, @Nullable RequestSchema schema) {
        if (!array.isArray()) {
            throw malformed("expected an array of entities");
        }
        var entities = new ArrayList<Entity>();
        for (var i = 0; i < array.size(); i++) {
            try {
                entities.add(entity(array.get(i), schema));
            } catch (CedarJsonException e) {
                throw CedarJsonException.inside(i, e);
            }
        }
        return entities;
    }

    /** One of {@link #entities}. */
    public static Entity entity(JsonNode node) {
        return entity(node, null);
    }

    private static Entity entity(JsonNode node, @Nullable RequestSchema schema) {
        if (!node.has("uid")) {
            throw malformed("an entity without uid");
        }
        var uid = in("uid", () -> uid(node.get("uid")));
        var shape = schema == null ? null : schema.entity(uid.type());
        return new Entity(
                uid,
                in("attrs", () -> members(node.get("attrs"), shape == null ? null : shape.attributes())),
                in("parents", () -> parents(node.path("parents"))),
                in("tags", () -> tags(node.get("tags"), shape == null ? null : shape.tags())));
    }

    private static RecordValue members(@Nullable JsonNode node, @Nullable AttributeType type) {
        return node == null ? RecordValue.EMPTY : record(node, type);
    }

    private static RecordValue tags(@Nullable JsonNode node, @Nullable AttributeType type) {
        if (node == null || !node.isObject() || type == null) {
            return members(node, null);
        }
        var tags = RecordValue.builder();
        for (var tag : node.properties()) {
            tags.put(tag.getKey(), in(tag.getKey(), () -> value(tag.getValue(), type)));
        }
        return tags.build();
    }

    private static Set<EntityUid> parents(JsonNode array) {
        if (!array.isArray() && !array.isMissingNode()) {
            throw malformed("expected an array of entity names");
        }
        var parents = new LinkedHashSet<EntityUid>();
        for (var i = 0; i < array.size(); i++) {
            var parent = array.get(i);
            parents.add(in(Integer.toString(i), () -> uid(parent)));
        }
        return parents;
    }

    private static CedarJsonException malformed(String reason) {
        return new CedarJsonException("", reason);
    }

    private static <T> T in(String member, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (CedarJsonException e) {
            throw CedarJsonException.inside(member, e);
        }
    }

    private static String text(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null || !value.isString()) {
            throw malformed("`" + name + "` is missing or not a string");
        }
        return value.stringValue();
    }
}
