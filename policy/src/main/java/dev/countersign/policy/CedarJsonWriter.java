package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.io.StringWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes values and entities in Cedar's JSON formats ("Entities and context syntax"), canonically: equal values give equal
 * text. {@link CedarJson} reads the same back.
 *
 * <p>Everything goes straight into the generator: a server that records each decision writes thousands of them a second.
 */
public final class CedarJsonWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Comparator<EntityUid> BY_NAME =
            Comparator.comparing(EntityUid::type).thenComparing(EntityUid::id);

    /** What a datetime's text can say: the years 0000 to 9999. */
    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();

    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private CedarJsonWriter() {}

    /** As {@link #value(JsonGenerator, Value)}, as a tree. */
    public static JsonNode value(Value value) {
        return JSON.readTree(text(value));
    }

    /**
     * A value. Members of records are in order of their names; elements of sets in order of their text, those of sets of
     * strings in order of the strings. {@link IllegalArgumentException} for a record that the format would take for an
     * escape: a member {@code __entity} or {@code __extn}.
     */
    public static void value(JsonGenerator json, Value value) {
        switch (value) {
            case Bool bool -> json.writeBoolean(bool == Bool.TRUE);
            case LongValue number -> json.writeNumber(number.value());
            case StringValue string -> json.writeString(string.value());
            case SetValue set -> array(json, set.elements());
            case RecordValue object -> object(json, object);
            case EntityUid uid -> {
                json.writeStartObject();
                json.writeName("__entity");
                uid(json, uid);
                json.writeEndObject();
            }
            case DecimalValue decimal -> extension(json, "decimal", decimal.text());
            case IpValue ip -> extension(json, "ip", ip.text());
            case DurationValue duration -> extension(json, "duration", duration.text());
            case DatetimeValue datetime -> datetime(json, datetime);
        }
    }

    /** {@code {"type","id"}}. */
    public static void uid(JsonGenerator json, EntityUid uid) {
        json.writeStartObject();
        json.writeStringProperty("type", uid.type());
        json.writeStringProperty("id", uid.id());
        json.writeEndObject();
    }

    /** {@code {"uid","attrs","parents"}}, and {@code tags} where there are any; parents in order of their names. */
    public static void entity(JsonGenerator json, Entity entity) {
        json.writeStartObject();
        json.writeName("uid");
        uid(json, entity.uid());
        json.writeName("attrs");
        object(json, entity.attributes());
        json.writeName("parents");
        json.writeStartArray();
        var parents = entity.parents().toArray(EntityUid[]::new);
        Arrays.sort(parents, BY_NAME);
        for (var parent : parents) {
            uid(json, parent);
        }
        json.writeEndArray();
        if (!entity.tags().members().isEmpty()) {
            json.writeName("tags");
            object(json, entity.tags());
        }
        json.writeEndObject();
    }

    /** Entities in order of their names. */
    public static void entities(JsonGenerator json, Collection<Entity> entities) {
        var sorted = entities.toArray(Entity[]::new);
        Arrays.sort(sorted, Comparator.comparing(Entity::uid, BY_NAME));
        json.writeStartArray();
        for (var entity : sorted) {
            entity(json, entity);
        }
        json.writeEndArray();
    }

    private static void array(JsonGenerator json, Collection<Value> elements) {
        json.writeStartArray();
        if (elements.size() == 1) {
            value(json, elements.iterator().next()); // nothing to compare, so no text to make
        } else if (elements.stream().allMatch(StringValue.class::isInstance)) {
            elements.stream()
                    .map(element -> ((StringValue) element).value())
                    .sorted()
                    .forEach(json::writeString);
        } else {
            elements.stream().map(CedarJsonWriter::text).sorted().forEach(json::writeRawValue);
        }
        json.writeEndArray();
    }

    private static String text(Value value) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            value(json, value);
        }
        return text.toString();
    }

    private static void object(JsonGenerator json, RecordValue value) {
        if (value.has("__entity") || value.has("__extn")) {
            throw new IllegalArgumentException("a record with a member __entity or __extn cannot be written as JSON");
        }
        var members = value.members();
        var names = members.keySet().toArray(String[]::new);
        Arrays.sort(names);
        json.writeStartObject();
        for (var name : names) {
            json.writeName(name);
            value(json, requireNonNull(members.get(name)));
        }
        json.writeEndObject();
    }

    private static void extension(JsonGenerator json, String function, String argument) {
        json.writeStartObject();
        json.writeName("__extn");
        json.writeStartObject();
        json.writeStringProperty("fn", function);
        json.writeStringProperty("arg", argument);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** A time that has no text is one that has, and an offset. */
    private static void datetime(JsonGenerator json, DatetimeValue datetime) {
        if (datetime.epochMillis() >= FIRST && datetime.epochMillis() <= LAST) {
            extension(json, "datetime", datetime.text());
            return;
        }
        json.writeStartObject();
        json.writeName("__extn");
        json.writeStartObject();
        json.writeStringProperty("fn", "offset");
        json.writeName("args");
        json.writeStartArray();
        extension(json, "datetime", new DatetimeValue(0).text());
        extension(json, "duration", new DurationValue(datetime.epochMillis()).text());
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }
}
