package dev.countersign.display;

import dev.countersign.http.Json;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads a transaction back for people: every member is shown, none is invented. */
public final class Statement {
    /** What the types' schemas let in; a template that is not the type's may name anything. */
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,4})?");

    private final JsonNode body;
    private final JsonNode details;
    private final Locale locale;

    /**
     * @param body the transaction, as its canonical bytes have it
     * @param details what is in it, the lines of a batch in their place
     */
    public Statement(JsonNode body, JsonNode details, Locale locale) {
        this.body = body;
        this.details = details;
        this.locale = locale;
    }

    /** A member that is a string. */
    public String text(String name) {
        return body.path(name).asString("");
    }

    /** A member that is {@code {"type", "id"}}. */
    public String named(String name) {
        return body.path(name).path("type").asString("") + " "
                + body.path(name).path("id").asString("");
    }

    /** The details in the template's order, then whatever it does not name. */
    public Details details(Optional<Template> template) {
        var lines = new ArrayList<Line>();
        var tables = new ArrayList<Table>();
        var shown = new HashSet<String>();
        for (var field : template.map(Template::fields).orElse(List.of())) {
            var value = details.at(field.pointer());
            if (field.format() == Format.TABLE && value.isArray()) {
                tables.add(table(field, value, shown));
            } else if (!value.isMissingNode() && !value.isContainer()) {
                lines.add(line(field, value.asString()));
                shown.add(field.pointer());
                if (field.currency() != null) {
                    shown.add(field.currency());
                }
            }
        }
        addRest(details, "", shown, lines);
        return new Details(lines, tables);
    }

    private Table table(Field field, JsonNode array, Set<String> shown) {
        var headings = new ArrayList<String>();
        field.columns().forEach(column -> headings.add(column.label().in(locale)));
        var rows = new ArrayList<List<Line>>();
        for (var i = 0; i < array.size(); i++) {
            var row = new ArrayList<Line>();
            for (var column : field.columns()) {
                var value = array.get(i).at(column.pointer());
                row.add(line(column, value.isMissingNode() || value.isContainer() ? "" : value.asString()));
                if (!value.isContainer()) {
                    shown.add(field.pointer() + "/" + i + column.pointer());
                }
            }
            rows.add(row);
        }
        return new Table(field.label().in(locale), headings, rows);
    }

    private Line line(Field field, String value) {
        var label = field.label().in(locale);
        if (value.isEmpty()) {
            return new Line(label, "", "", field.emphasis(), List.of(), List.of());
        }
        return switch (field.format()) {
            case MONEY -> {
                if (!AMOUNT.matcher(value).matches()) {
                    yield line(field, value, "amount");
                }
                var currency = field.currency() == null
                        ? ""
                        : details.at(field.currency()).asString("");
                yield new Line(
                        label,
                        Amounts.figures(value, currency, locale),
                        "amount",
                        field.emphasis(),
                        List.of(Amounts.words(value, currency, locale)),
                        List.of());
            }
            case IBAN -> line(field, value.replaceAll("(.{4})(?=.)", "$1 "), "mono");
            case MONO -> line(field, value, "mono");
            case DATE -> line(field, date(value), "");
            case TEXT, TABLE -> line(field, value, "");
        };
    }

    private Line line(Field field, String shown, String style) {
        return new Line(field.label().in(locale), shown, style, field.emphasis(), List.of(), SafeText.marks(shown));
    }

    private String date(String value) {
        try {
            return DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL)
                            .withLocale(locale)
                            .format(LocalDate.parse(value))
                    + " (" + value + ")";
        } catch (DateTimeParseException e) {
            return value; // as for amounts
        }
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
            var value = node.asString();
            lines.add(new Line(pointer.substring(1), value, "mono", false, List.of(), SafeText.marks(value)));
        }
    }
}
