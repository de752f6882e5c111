package dev.countersign.transaction;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Amounts as decimal strings, so that no number type ever rounds them, and their currencies. */
final class Money {
    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,14})(\\.[0-9]{1,4})?");

    /** Cedar's decimal is a signed 64-bit count of ten-thousandths. */
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE, 4);

    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private Money() {}

    /** True for a plain decimal that is not negative, has at most four digits after the point and fits Cedar's range. */
    static boolean isDecimal(String text) {
        return FORM.matcher(text).matches() && new BigDecimal(text).compareTo(MAX) <= 0;
    }

    /** True for an ISO 4217 code. */
    static boolean isCurrency(String code) {
        return CURRENCIES.contains(code);
    }

    /** {@code 250000.00, EUR} as {@code 250,000.00 EUR}; no digit is added, dropped or rounded. */
    static String show(String decimal, String currency) {
        var point = decimal.indexOf('.');
        var whole = point < 0 ? decimal : decimal.substring(0, point);
        var fraction = point < 0 ? "" : decimal.substring(point);
        var grouped = new StringBuilder(whole);
        for (var i = whole.length() - 3; i > 0; i -= 3) {
            grouped.insert(i, ',');
        }
        return grouped + fraction + " " + currency;
    }
}
