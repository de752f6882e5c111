package dev.countersign.transaction;

import dev.countersign.http.Fields;
import dev.countersign.transaction.TransactionType.Field;
import dev.countersign.transaction.TransactionType.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What we ask of a transaction type beyond JSON Schema, so that nothing unbounded, unnamed or inexact can be signed. */
final class TypeRules {
    /** Most members that a page shows. */
    static final int MAX_FIELDS = 50;

    private static final Set<String> FORMATS = Stream.of(Format.values())
            .map(format -> format.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    private TypeRules() {}

    /** Throws {@link IllegalArgumentException} unless every object is closed, every string bounded, no number inexact. */
    static void requireClosed(JsonNode schema, String pointer) {
        switch (schema.path("type").asString("")) {
            case "object" -> {
                var additional = schema.path("additionalProperties");
                if (!additional.isBoolean() || additional.booleanValue()) {
                    throw new IllegalArgumentException(pointer + " needs additionalProperties false");
                }
                schema.path("properties")
                        .properties()
                        .forEach(
                                member -> requireClosed(member.getValue(), pointer + "/properties/" + member.getKey()));
            }
            case "array" -> {
                if (!schema.path("maxItems").isIntegralNumber()) {
                    throw new IllegalArgumentException(pointer + " needs maxItems");
                }
                requireClosed(schema.path("items"), pointer + "/items");
            }
            case "string" -> {
                if (!schema.path("maxLength").isIntegralNumber()) {
                    throw new IllegalArgumentException(pointer + " needs maxLength");
                }
            }
            case "integer", "boolean" -> {}
            default ->
                throw new IllegalArgumentException(
                        pointer + " needs one type of object, array, string, integer, boolean (numbers are not exact)");
        }
    }

    /** Pointers of the members that are decimals; {@code *} stands for an array index. */
    static Set<String> decimals(JsonNode schema) {
        var found = new TreeSet<String>();
        collectDecimals(schema, "", found);
        return Set.copyOf(found);
    }

    private static void collectDecimals(JsonNode schema, String pointer, Set<String> found) {
        if (schema.path("format").asString("").equals("decimal")) {
            found.add(pointer);
        }
        schema.path("properties")
                .properties()
                .forEach(member -> collectDecimals(member.getValue(), pointer + "/" + member.getKey(), found));
        if (schema.has("items")) {
            collectDecimals(schema.get("items"), pointer + "/*", found);
        }
    }

    /** Reads a display and holds it to {@code schema}. Throws Problem or {@link IllegalArgumentException}. */
    static Display display(JsonNode json, JsonNode schema) {
        var root = Fields.of(json, "");
        var fields = new ArrayList<Field>();
        for (var each : root.objects("fields", MAX_FIELDS)) {
            var format = Format.valueOf(each.oneOf("format", FORMATS).toUpperCase(Locale.ROOT));
            var field = new Field(
                    each.text("pointer"),
                    each.text("label", 100),
                    format,
                    each.optionalText("currency"),
                    each.flag("emphasis", false));
            requireFormat(schema, field.pointer(), format == Format.MONEY ? "decimal" : null);
            if (format == Format.MONEY) {
                requireFormat(schema, each.text("currency"), "currency");
            }
            fields.add(field);
        }
        return new Display(root.text("title", 100), List.copyOf(fields));
    }

    private static void requireFormat(JsonNode schema, String pointer, @Nullable String format) {
        var member = schema;
        for (var token : pointer.substring(1).split("/", -1)) {
            member = member.path("properties").path(token.replace("~1", "/").replace("~0", "~"));
        }
        if (member.isMissingNode()) {
            throw new IllegalArgumentException("The schema has no " + pointer);
        }
        if (format != null && !member.path("format").asString("").equals(format)) {
            throw new IllegalArgumentException("The schema does not give " + pointer + " the format " + format);
        }
    }

    /** What display.json says. */
    record Display(String title, List<Field> fields) {}
}
