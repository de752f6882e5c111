package dev.countersign.policy;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes values and entities in Cedar's JSON formats ("Entities and context syntax"), canonically: equal values give equal
 * text. {@link CedarJson} reads the same back.
 */
public final class CedarJsonWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper TEXT = JsonMapper.builder().build();

    /** What a datetime's text can say: the years 0000 to 9999. */
    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();

    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private CedarJsonWriter() {}

    /**
     * A value. Members of records are in order of their names, elements of sets in order of their text.
     * {@link IllegalArgumentException} for a record that the format would take for an escape: a member {@code __entity} or
     * {@code __extn}.
     */
    public static JsonNode value(Value value) {
        return switch (value) {
            case Bool bool -> NODES.booleanNode(bool == Bool.TRUE);
            case LongValue number -> NODES.numberNode(number.value());
            case StringValue string -> NODES.stringNode(string.value());
            case SetValue set -> array(set.elements());
            case RecordValue object -> object(object);
            case EntityUid uid -> NODES.objectNode().set("__entity", uid(uid));
            case DecimalValue decimal -> extension("decimal", decimal.text());
            case IpValue ip -> extension("ip", ip.text());
            case DurationValue duration -> extension("duration", duration.text());
            case DatetimeValue datetime -> datetime(datetime);
        };
    }

    /** {@code {"type","id"}}. */
    public static ObjectNode uid(EntityUid uid) {
        return NODES.objectNode().put("type", uid.type()).put("id", uid.id());
    }

    /** {@code {"uid","attrs","parents"}}, and {@code tags} where there are any; parents in order of their names. */
    public static ObjectNode entity(Entity entity) {
        var node = NODES.objectNode();
        node.set("uid", uid(entity.uid()));
        node.set("attrs", object(entity.attributes()));
        var parents = node.putArray("parents");
        entity.parents().stream()
                .sorted(Comparator.comparing(EntityUid::type).thenComparing(EntityUid::id))
                .forEach(parent -> parents.add(uid(parent)));
        if (!entity.tags().members().isEmpty()) {
            node.set("tags", object(entity.tags()));
        }
        return node;
    }

    /** Entities in order of their names. */
    public static ArrayNode entities(Collection<Entity> entities) {
        var array = NODES.arrayNode();
        entities.stream()
                .sorted(Comparator.comparing((Entity entity) -> entity.uid().type())
                        .thenComparing(entity -> entity.uid().id()))
                .forEach(entity -> array.add(entity(entity)));
        return array;
    }

    private static ArrayNode array(Collection<Value> elements) {
        var array = NODES.arrayNode();
        if (elements.size() == 1) {
            return array.add(value(elements.iterator().next())); // nothing to compare, so no text to make
        }
        elements.stream()
                .map(CedarJsonWriter::value)
                .sorted(Comparator.comparing(TEXT::writeValueAsString))
                .forEach(array::add);
        return array;
    }

    private static ObjectNode object(RecordValue value) {
        if (value.has("__entity") || value.has("__extn")) {
            throw new IllegalArgumentException("a record with a member __entity or __extn cannot be written as JSON");
        }
        var object = NODES.objectNode();
        value.members().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(member -> object.set(member.getKey(), value(member.getValue())));
        return object;
    }

    private static ObjectNode extension(String function, String argument) {
        var node = NODES.objectNode();
        node.putObject("__extn").put("fn", function).put("arg", argument);
        return node;
    }

    /** A time that has no text is one that has, and an offset. */
    private static ObjectNode datetime(DatetimeValue datetime) {
        if (datetime.epochMillis() >= FIRST && datetime.epochMillis() <= LAST) {
            return extension("datetime", datetime.text());
        }
        var node = NODES.objectNode();
        var arguments = node.putObject("__extn").put("fn", "offset").putArray("args");
        arguments.add(extension("datetime", new DatetimeValue(0).text()));
        arguments.add(extension("duration", new DurationValue(datetime.epochMillis()).text()));
        return node;
    }
}
