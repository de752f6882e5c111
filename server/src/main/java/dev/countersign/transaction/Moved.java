package dev.countersign.transaction;

import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The money that a transaction moves.
 *
 * @param tenThousandths of one unit of the currency
 * @param currency ISO 4217
 */
public record Moved(long tenThousandths, String currency) {
    /**
     * Where details of a type say it: {@code history.json}.
     *
     * @param amount JSON Pointer of a decimal
     * @param currency JSON Pointer of a currency
     */
    record Rule(String amount, String currency) {
        /** Reads it and holds it to {@code schema}. Throws Problem or {@link IllegalArgumentException}. */
        static Rule read(JsonNode json, JsonNode schema) {
            var root = Fields.of(json, "").only(Set.of("amount", "currency"));
            var rule = new Rule(root.text("amount", 256), root.text("currency", 256));
            TypeRules.requireMember(schema, rule.amount(), "decimal");
            TypeRules.requireMember(schema, rule.currency(), "currency");
            return rule;
        }

        /** Of details that are valid; null without an amount. Throws Problem 400 for an amount without a currency. */
        @Nullable
        Moved of(JsonNode details, String pointer) {
            var money = details.at(amount);
            if (money.isMissingNode()) {
                return null;
            }
            var unit = details.at(currency);
            if (unit.isMissingNode()) {
                throw Problem.invalid(pointer + currency, "An amount needs its currency");
            }
            return new Moved(Money.tenThousandths(money.stringValue()), unit.stringValue());
        }
    }
}
