package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.transaction.TransactionType.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads canonical bytes back for people: every member is shown, none is invented. */
final class Statement {
    private final JsonNode body;

    Statement(byte[] canonical) {
        body = Json.read(canonical);
    }

    String text(String name) {
        return body.path(name).asString("");
    }

    String named(String name) {
        return body.path(name).path("type").asString("") + " "
                + body.path(name).path("id").asString("");
    }

    /** The details in the type's order, then whatever the type does not name. */
    List<Line> details(Optional<TransactionType> type) {
        var details = body.path("details");
        var lines = new ArrayList<Line>();
        var shown = new HashSet<String>();
        for (var field : type.map(TransactionType::fields).orElse(List.of())) {
            var value = details.at(field.pointer());
            if (!value.isMissingNode() && !value.isContainer()) {
                lines.add(line(field, value.asString(), details));
                shown.add(field.pointer());
                if (field.currency() != null) {
                    shown.add(field.currency());
                }
            }
        }
        addRest(details, "", shown, lines);
        return lines;
    }

    private static Line line(Field field, String value, JsonNode details) {
        return switch (field.format()) {
            case MONEY ->
                new Line(
                        field.label(),
                        Money.show(
                                value,
                                field.currency() == null
                                        ? ""
                                        : details.at(field.currency()).asString("")),
                        "amount",
                        field.emphasis());
            case IBAN -> new Line(field.label(), value.replaceAll("(.{4})(?=.)", "$1 "), "mono", field.emphasis());
            case MONO -> new Line(field.label(), value, "mono", field.emphasis());
            case TEXT, DATE -> new Line(field.label(), value, "", field.emphasis());
        };
    }

    private static void addRest(JsonNode node, String pointer, Set<String> shown, List<Line> lines) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member ->
                            addRest(member.getValue(), pointer + "/" + Json.escape(member.getKey()), shown, lines));
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                addRest(node.get(i), pointer + "/" + i, shown, lines);
            }
        } else if (!shown.contains(pointer)) {
            lines.add(new Line(pointer.substring(1), node.asString(), "mono", false));
        }
    }
}
