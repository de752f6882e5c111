package dev.countersign.display;

import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A text in the locales of a template.
 *
 * @param byLocale by BCP 47 language tag; {@code en} is always there
 */
public record Text(Map<String, String> byLocale) {
    /** Longest, characters. */
    static final int MAX_LENGTH = 100;

    /** Most locales of one template. */
    static final int MAX_LOCALES = 40;

    /** The locale that is there when no other is. */
    static final String DEFAULT = "en";

    private static final Pattern TAG = Pattern.compile("[a-z]{2,3}(-[A-Z]{2})?");

    public Text {
        byLocale = Map.copyOf(byLocale);
    }

    /** {@code "Amount"} for all locales, or {@code {"en": "Amount", "de": "Betrag"}}. Throws Problem. */
    static Text of(Fields object, String name) {
        if (!object.node().path(name).isObject()) {
            return new Text(Map.of(DEFAULT, object.text(name, MAX_LENGTH)));
        }
        var texts = new LinkedHashMap<String, String>();
        var given = object.object(name);
        for (var tag : given.node().propertyNames()) {
            if (!TAG.matcher(tag).matches() || texts.size() == MAX_LOCALES) {
                throw Problem.invalid(given.at(tag), "Expected at most " + MAX_LOCALES + " locales like en or de-CH");
            }
            texts.put(tag, given.text(tag, MAX_LENGTH));
        }
        if (!texts.containsKey(DEFAULT)) {
            throw Problem.invalid(given.at(DEFAULT), "Missing");
        }
        return new Text(texts);
    }

    String in(Locale locale) {
        var exact = byLocale.get(locale.toLanguageTag());
        return exact == null ? byLocale.getOrDefault(DEFAULT, "") : exact;
    }
}
