package dev.countersign.policy;

import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request with the entities that it brings along, as JSON:
 *
 * <pre>{@code
 * {"principal": {"type": "User", "id": "alice"}, "action": {"type": "Action", "id": "transfer"},
 *  "resource": {"type": "Account", "id": "a1"}, "context": {…}, "entities": [{"uid": …, "attrs": …, "parents": …}]}
 * }</pre>
 *
 * Context and entities are in Cedar's JSON formats and may be left out. On reading, {@code "User::\"alice\""} may stand for a
 * name, and {@code "transfer"} for {@code Action::"transfer"}; {@code __entity} escapes are names too.
 *
 * @param entities those of this request; they come on top of the stored ones
 */
public record RequestJson(Request request, List<Entity> entities) {
    /** Largest text of one request, bytes of UTF-8 or characters. */
    public static final int MAX_LENGTH = 1 << 20;

    /** Deepest nesting of arrays and objects. */
    public static final int MAX_DEPTH = 64;

    /** Most entities of one request. */
    public static final int MAX_ENTITIES = 10_000;

    private static final Set<String> MEMBERS = Set.of("principal", "action", "resource", "context", "entities");
    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public RequestJson {
        entities = List.copyOf(entities);
    }

    /** Reads one request. Throws {@link CedarJsonException}. */
    public static RequestJson parse(String json) {
        if (json.length() > MAX_LENGTH) {
            throw new CedarJsonException("", "larger than " + MAX_LENGTH + " characters");
        }
        try {
            return read(STRICT.readTree(json));
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static CedarJsonException malformed(JacksonException e) {
        var location = e.getLocation();
        var at = location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return new CedarJsonException("", "not valid JSON" + at + ": " + e.getOriginalMessage());
    }

    /** As {@link #parse}, of a tree: bounded by whoever read it, but for the number of entities. */
    public static RequestJson read(JsonNode node) {
        if (!node.isObject()) {
            throw new CedarJsonException("", "expected an object");
        }
        for (var member : node.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw CedarJsonException.inside(
                        member.getKey(),
                        new IllegalArgumentException(
                                "unknown; expected principal, action, resource," + " context or entities"));
            }
        }
        return new RequestJson(
                new Request(
                        within(node, "principal", RequestJson::name),
                        within(node, "action", RequestJson::action),
                        within(node, "resource", RequestJson::name),
                        node.has("context") ? within(node, "context", CedarJson::record) : RecordValue.EMPTY),
                node.has("entities") ? within(node, "entities", RequestJson::bounded) : List.of());
    }

    private static <T> T within(JsonNode node, String name, Function<JsonNode, T> reader) {
        try {
            if (!node.has(name)) {
                throw new IllegalArgumentException("missing");
            }
            return reader.apply(node.get(name));
        } catch (IllegalArgumentException e) {
            throw CedarJsonException.inside(name, e);
        }
    }

    private static EntityUid name(JsonNode node) {
        return node.isString() ? EntityUid.parse(node.stringValue()) : CedarJson.uid(node);
    }

    private static EntityUid action(JsonNode node) {
        return node.isString() && !node.stringValue().contains("::")
                ? new EntityUid("Action", node.stringValue())
                : name(node);
    }

    private static List<Entity> bounded(JsonNode array) {
        if (array.size() > MAX_ENTITIES) {
            throw new IllegalArgumentException("more than " + MAX_ENTITIES + " entities");
        }
        var entities = CedarJson.entities(array);
        Entities.of(entities); // refuses one given twice
        return entities;
    }

    /** As {@link #write}, as a tree. */
    public ObjectNode toJson() {
        var text = new StringWriter();
        try (var json = STRICT.createGenerator(text)) {
            write(json);
        }
        return (ObjectNode) STRICT.readTree(text.toString());
    }

    /** Canonically: equal requests give equal text. Throws {@link IllegalArgumentException}, see {@link CedarJsonWriter}. */
    public void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeName("principal");
        CedarJsonWriter.uid(json, request.principal());
        json.writeName("action");
        CedarJsonWriter.uid(json, request.action());
        json.writeName("resource");
        CedarJsonWriter.uid(json, request.resource());
        json.writeName("context");
        CedarJsonWriter.value(json, request.context());
        json.writeName("entities");
        CedarJsonWriter.entities(json, entities);
        json.writeEndObject();
    }
}
