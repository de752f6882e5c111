package dev.countersign.cli.policy;

import dev.countersign.policy.EntityUid;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values as people write them in test files, turned into Cedar's JSON: {@code decimal("2500.00")}, {@code ip("10.0.0.1")},
 * {@code datetime("2026-11-24")}, {@code duration("1h")} and {@code User::"alice"} may stand for their escapes.
 */
final class WrittenValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern CALL = Pattern.compile("(decimal|ip|datetime|duration)\\(\"([^\"]*)\"\\)");
    private static final Pattern ENTITY =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*::\".*\"", Pattern.DOTALL);

    private WrittenValues() {}

    /** A value, however deep. */
    static JsonNode value(JsonNode written) {
        if (written.isString()) {
            return string(written);
        }
        if (written.isArray()) {
            var array = NODES.arrayNode();
            written.forEach(element -> array.add(value(element)));
            return array;
        }
        if (written.isObject() && !written.has("__extn")) {
            var object = NODES.objectNode();
            written.properties().forEach(member -> object.set(member.getKey(), value(member.getValue())));
            return object;
        }
        return written;
    }

    private static JsonNode string(JsonNode written) {
        var text = written.stringValue();
        var call = CALL.matcher(text);
        if (call.matches()) {
            var node = NODES.objectNode();
            node.putObject("__extn").put("fn", call.group(1)).put("arg", call.group(2));
            return node;
        }
        return ENTITY.matcher(text).matches() ? entity(EntityUid.parse(text)) : written;
    }

    private static ObjectNode entity(EntityUid uid) {
        var node = NODES.objectNode();
        node.putObject("__entity").put("type", uid.type()).put("id", uid.id());
        return node;
    }
}
