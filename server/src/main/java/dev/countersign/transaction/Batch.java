package dev.countersign.transaction;

import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.math.BigDecimal;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A type whose details hold a list that is signed as a tree, so that one of its lines can be proven without the others:
 * {@code batch.json}.
 *
 * @param lines the member of the details that is the list
 * @param amount the member of a line that is its amount, a decimal
 * @param total the member of the details that must be the exact sum of the amounts, a decimal
 */
record Batch(String lines, String amount, String total) {
    /** Most lines of one batch: as many as people can still be shown, and sign for. */
    static final int MAX_LINES = 1_000;

    private static final Pattern MEMBER = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** Reads it and holds it to {@code schema}. Throws Problem or {@link IllegalArgumentException}. */
    static Batch read(JsonNode json, JsonNode schema) {
        var root = Fields.of(json, "").only(Set.of("lines", "amount", "total"));
        var batch = new Batch(member(root, "lines"), member(root, "amount"), member(root, "total"));
        var array = schema.path("properties").path(batch.lines());
        if (!array.path("type").asString("").equals("array")
                || array.path("maxItems").asInt(Integer.MAX_VALUE) > MAX_LINES
                || array.path("minItems").asInt(0) < 1) {
            throw new IllegalArgumentException(
                    "The schema's " + batch.lines() + " needs to be an array of 1 to at most " + MAX_LINES + " items");
        }
        requireDecimal(array.path("items"), batch.amount());
        requireDecimal(schema, batch.total());
        for (var required : new String[] {batch.lines(), batch.total()}) {
            requireRequired(schema, required);
        }
        requireRequired(array.path("items"), batch.amount());
        return batch;
    }

    private static String member(Fields root, String name) {
        var member = root.text(name, 64);
        if (!MEMBER.matcher(member).matches()) {
            throw Problem.invalid(root.at(name), "Expected the name of a member");
        }
        return member;
    }

    private static void requireDecimal(JsonNode schema, String member) {
        if (!schema.path("properties").path(member).path("format").asString("").equals("decimal")) {
            throw new IllegalArgumentException("The schema does not give " + member + " the format decimal");
        }
    }

    private static void requireRequired(JsonNode schema, String member) {
        for (var each : schema.path("required")) {
            if (each.asString("").equals(member)) {
                return;
            }
        }
        throw new IllegalArgumentException("The schema does not require " + member);
    }

    /** Throws Problem 400 unless the total of {@code details}, valid by their schema, is the sum of the lines. */
    void requireTotal(JsonNode details, String pointer) {
        var sum = BigDecimal.ZERO;
        for (var line : details.path(lines)) {
            sum = sum.add(new BigDecimal(line.path(amount).stringValue()));
        }
        if (sum.compareTo(new BigDecimal(details.path(total).stringValue())) != 0) {
            throw Problem.invalid(
                    pointer + "/" + Json.escape(total), "The lines add up to " + sum.toPlainString() + ", not to this");
        }
    }
}
