package dev.countersign.transaction;

import static java.util.Comparator.comparing;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What details a type of transaction has and how people are shown them.
 *
 * @param decimals JSON Pointers of the strings that are decimals; {@code *} stands for an array index
 * @param title what people call it
 * @param fields in the order in which they are shown
 */
record TransactionType(String name, Schema schema, Set<String> decimals, String title, List<Field> fields) {
    /** Throws Problem 400 that names the first member of {@code details} (standing at {@code pointer}) that is wrong. */
    void validate(JsonNode details, String pointer) {
        SafeText.require(details, pointer);
        schema
                .validate(details, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .min(comparing(TransactionType::place))
                .ifPresent(error -> {
                    throw Problem.invalid(pointer + place(error), reason(error));
                });
    }

    private static String place(Error error) {
        var at = error.getInstanceLocation().toString();
        var property = error.getProperty();
        return property == null ? at : at + "/" + Json.escape(property);
    }

    private static String reason(Error error) {
        return switch (error.getKeyword()) {
            case "required" -> "Missing";
            case "additionalProperties", "unevaluatedProperties" -> "Unknown member";
            case "format" -> "Not a valid " + error.getSchemaNode().asString();
            default -> "Breaks the rule " + error.getKeyword() + " of this transaction type";
        };
    }

    /**
     * How one member is shown.
     *
     * @param pointer into the details (RFC 6901)
     * @param currency where a {@code MONEY} amount's currency stands, else null
     */
    record Field(
            String pointer,
            String label,
            Format format,
            @Nullable String currency,
            boolean emphasis) {}

    /** Ways of showing a value. */
    enum Format {
        MONEY,
        TEXT,
        IBAN,
        MONO,
        DATE
    }
}
