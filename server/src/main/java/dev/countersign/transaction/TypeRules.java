package dev.countersign.transaction;

import static java.util.Objects.requireNonNull;

import dev.countersign.display.Field;
import dev.countersign.display.Template;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What we ask of a transaction type beyond JSON Schema, so that nothing unbounded, unnamed or inexact can be signed. */
final class TypeRules {
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

    /** Holds a template to the type's schema. Throws {@link IllegalArgumentException}. */
    static void requireFits(Template template, JsonNode schema) {
        template.fields().forEach(field -> requireFits(field, schema, schema));
    }

    private static void requireFits(Field field, JsonNode schema, JsonNode root) {
        var member = member(schema, field.pointer());
        switch (field.format()) {
            case MONEY -> {
                requireFormat(member, field.pointer(), "decimal");
                requireFormat(member(root, requireNonNull(field.currency())), field.currency(), "currency");
            }
            case DATE -> requireFormat(member, field.pointer(), "date");
            case TABLE -> {
                if (!member.path("items").path("type").asString("").equals("object")) {
                    throw new IllegalArgumentException("The schema's " + field.pointer() + " is no array of objects");
                }
                field.columns().forEach(column -> requireFits(column, member.path("items"), root));
            }
            case TEXT, IBAN, MONO -> {}
        }
    }

    /** Throws {@link IllegalArgumentException} unless the schema has a member of this format at {@code pointer}. */
    static void requireMember(JsonNode schema, String pointer, String format) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException(pointer + " is no JSON Pointer to a member");
        }
        requireFormat(member(schema, pointer), pointer, format);
    }

    private static JsonNode member(JsonNode schema, String pointer) {
        var member = schema;
        for (var token : pointer.substring(1).split("/", -1)) {
            member = member.path("properties").path(token.replace("~1", "/").replace("~0", "~"));
        }
        if (member.isMissingNode()) {
            throw new IllegalArgumentException("The schema has no " + pointer);
        }
        return member;
    }

    private static void requireFormat(JsonNode member, String pointer, String format) {
        if (!member.path("format").asString("").equals(format)) {
            throw new IllegalArgumentException("The schema does not give " + pointer + " the format " + format);
        }
    }
}
