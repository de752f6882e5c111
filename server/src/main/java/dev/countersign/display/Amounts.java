package dev.countersign.display;

import com.ibm.icu.text.RuleBasedNumberFormat;
import com.ibm.icu.util.Currency;
import com.ibm.icu.util.ULocale;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Map;

/** Amounts for people. No digit is added, dropped or rounded. */
final class Amounts {
    private static final Map<String, String> AND = Map.of("en", " and ", "fr", " et ", "es", " con ", "it", " e ");

    private Amounts() {}

    /** {@code 250000.00, EUR} as {@code 250,000.00 EUR}, with the locale's separators. */
    static String figures(String decimal, String currency, Locale locale) {
        var symbols = DecimalFormatSymbols.getInstance(locale);
        var point = decimal.indexOf('.');
        var grouped = new StringBuilder(whole(decimal, point));
        for (var i = grouped.length() - 3; i > 0; i -= 3) {
            grouped.insert(i, symbols.getGroupingSeparator());
        }
        if (point >= 0) {
            grouped.append(symbols.getMonetaryDecimalSeparator()).append(decimal, point + 1, decimal.length());
        }
        return grouped + " " + currency;
    }

    /** {@code 250000.50, EUR} as {@code two hundred fifty thousand and 50/100 euros}, in the locale's words. */
    static String words(String decimal, String currency, Locale locale) {
        var point = decimal.indexOf('.');
        var words = new StringBuilder(new RuleBasedNumberFormat(locale, RuleBasedNumberFormat.SPELLOUT)
                .format(Long.parseLong(whole(decimal, point)))
                .replace("\u00AD", "")); // soft hyphens, where a word may be broken
        var fraction = point < 0 ? "" : decimal.substring(point + 1);
        if (!fraction.isEmpty() && fraction.chars().anyMatch(digit -> digit != '0')) {
            words.append(AND.getOrDefault(locale.getLanguage(), " "))
                    .append(fraction)
                    .append("/1");
            words.append("0".repeat(fraction.length()));
        }
        return words + " " + name(currency, locale);
    }

    private static String name(String currency, Locale locale) {
        return Currency.getInstance(currency)
                .getName(ULocale.forLocale(locale), Currency.PLURAL_LONG_NAME, "other", new boolean[1]);
    }

    private static String whole(String decimal, int point) {
        return point < 0 ? decimal : decimal.substring(0, point);
    }
}
