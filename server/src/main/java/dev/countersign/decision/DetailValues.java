package dev.countersign.decision;

import dev.countersign.policy.CedarJson;
import dev.countersign.policy.DecimalValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.SetValue;
import dev.countersign.policy.Value;
import dev.countersign.transaction.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A transaction's details as policies see them: strings that the type's schema marks {@code "format":"decimal"} are
 * decimals, everything else is what Cedar's JSON format makes of it.
 */
final class DetailValues {
    private DetailValues() {}

    static RecordValue record(Transaction transaction) {
        return object(transaction.details(), "", transaction.decimals());
    }

    private static RecordValue object(JsonNode object, String pointer, Set<String> decimals) {
        var members = LinkedHashMap.<String, Value>newLinkedHashMap(object.size());
        for (var member : object.properties()) {
            members.put(member.getKey(), value(member.getValue(), pointer + "/" + member.getKey(), decimals));
        }
        return RecordValue.of(members);
    }

    private static Value value(JsonNode node, String pointer, Set<String> decimals) {
        if (node.isObject()) {
            return object(node, pointer, decimals);
        }
        if (node.isArray()) {
            var elements = new ArrayList<Value>(node.size());
            node.forEach(element -> elements.add(value(element, pointer + "/*", decimals)));
            return SetValue.of(elements);
        }
        return node.isString() && decimals.contains(pointer) ? decimal(node.stringValue()) : CedarJson.value(node);
    }

    /** Cedar wants digits after the point; money may leave them out. */
    private static DecimalValue decimal(String text) {
        return DecimalValue.parse(text.indexOf('.') < 0 ? text + ".0" : text);
    }
}
