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

    /** Of what {@link #isDecimal}. */
    static long tenThousandths(String decimal) {
        return new BigDecimal(decimal).movePointRight(4).longValueExact();
    }

    /** True for an ISO 4217 code. */
    static boolean isCurrency(String code) {
        return CURRENCIES.contains(code);
    }
}
