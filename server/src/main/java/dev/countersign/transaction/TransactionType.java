package dev.countersign.transaction;

import static java.util.Comparator.comparing;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.countersign.display.SafeText;
import dev.countersign.display.Template;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What details a type of transaction has and how people are shown them.
 *
 * @param decimals JSON Pointers of the strings that are decimals; {@code *} stands for an array index
 * @param template how it is shown
 * @param batch how its list is signed, or null when it has none that is signed as a tree
 * @param money where its amount stands, or null when it moves no money
 */
record TransactionType(
        String name,
        Schema schema,
        Set<String> decimals,
        Template template,
        @Nullable Batch batch,
        Moved.@Nullable Rule money) {
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
        if (batch != null) {
            batch.requireTotal(details, pointer);
        }
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
}
