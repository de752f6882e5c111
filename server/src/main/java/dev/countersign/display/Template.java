package dev.countersign.display;

import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a type of transaction is shown: {@code display.json}.
 *
 * @param title what people call it
 * @param fields in the order in which they are shown
 * @param canonical its JSON, as JCS (RFC 8785) writes it
 * @param hash SHA-256 of {@code canonical}, lower-case hex
 * @param locales BCP 47 language tags that title or a label is in; {@code en} among them
 */
public record Template(Text title, List<Field> fields, String canonical, String hash, Set<String> locales) {
    /** Most members and columns that a page shows. */
    public static final int MAX_FIELDS = 50;

    /** Longest {@code Accept-Language} that is looked at, characters. */
    static final int MAX_LANGUAGES = 500;

    public Template {
        fields = List.copyOf(fields);
        locales = Set.copyOf(locales);
    }

    /** Throws Problem naming the member that is wrong. Says nothing of the schema that it shows. */
    public static Template read(JsonNode json) {
        var root = Fields.of(json, "").only(Set.of("title", "fields"));
        var title = Text.of(root, "title");
        var fields = fields(root, "fields", false);
        var locales = new TreeSet<>(title.byLocale().keySet());
        fields.forEach(field -> {
            locales.addAll(field.label().byLocale().keySet());
            field.columns()
                    .forEach(column -> locales.addAll(column.label().byLocale().keySet()));
        });
        var canonical = canonical(json);
        return new Template(title, fields, canonical, Sha256.hex(canonical), locales);
    }

    private static List<Field> fields(Fields object, String name, boolean columns) {
        var fields = new ArrayList<Field>();
        for (var each : object.objects(name, MAX_FIELDS)) {
            each.only(Set.of("pointer", "label", "format", "currency", "emphasis", "columns"));
            var format = Format.of(each.oneOf("format", Format.WORDS));
            if (columns && format == Format.TABLE) {
                throw Problem.invalid(each.at("format"), "A column cannot be a table");
            }
            var pointer = each.text("pointer");
            if (!pointer.startsWith("/")) {
                throw Problem.invalid(each.at("pointer"), "Not a JSON Pointer to a member");
            }
            var cells = format == Format.TABLE ? fields(each, "columns", true) : List.<Field>of();
            if (format == Format.TABLE && cells.isEmpty()) {
                throw Problem.invalid(each.at("columns"), "A table has columns");
            }
            fields.add(new Field(
                    pointer,
                    Text.of(each, "label"),
                    format,
                    format == Format.MONEY ? each.text("currency") : null,
                    each.flag("emphasis", false),
                    cells));
        }
        return fields;
    }

    private static String canonical(JsonNode json) {
        try {
            return new String(
                    new JsonCanonicalizer(Json.MAPPER.writeValueAsBytes(json)).getEncodedUTF8(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The title in {@code locale}. */
    public String title(Locale locale) {
        return title.in(locale);
    }

    /** The best of the template's locales for {@code Accept-Language} (RFC 9110 §12.5.4, RFC 4647 §3.4); English otherwise. */
    public Locale locale(@Nullable String acceptLanguage) {
        if (acceptLanguage != null && acceptLanguage.length() <= MAX_LANGUAGES) {
            try {
                var tag = Locale.lookupTag(Locale.LanguageRange.parse(acceptLanguage), locales);
                if (tag != null) {
                    return Locale.forLanguageTag(tag);
                }
            } catch (IllegalArgumentException e) {
                return Locale.ENGLISH; // what a browser sends to say which language it likes is no reason to refuse it
            }
        }
        return Locale.ENGLISH;
    }
}
