package dev.countersign.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AmountsTest {
    @Property
    void everyAmountIsShownDigitForDigit(@ForAll @LongRange(min = 0) long tenThousandths) {
        var text = BigDecimal.valueOf(tenThousandths, 4).toPlainString();
        assertThat(Amounts.figures(text, "EUR", Locale.ENGLISH).replace(",", ""))
                .isEqualTo(text + " EUR");
        assertThat(Amounts.figures(text, "EUR", Locale.GERMAN).replace(".", "").replace(',', '.'))
                .isEqualTo(text + " EUR");
        assertThat(Amounts.words(text, "EUR", Locale.ENGLISH)).endsWith(" euros");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "250000.00 | EUR | en | 250,000.00 EUR | two hundred fifty thousand euros",
                "250000.50 | EUR | en | 250,000.50 EUR | two hundred fifty thousand and 50/100 euros",
                "1         | USD | en | 1 USD          | one US dollars",
                "0.0001    | BTC | en | 0.0001 BTC     | zero and 0001/10000 BTC",
                "1234567.8 | EUR | de | 1.234.567,8 EUR | eine Million zweihundertvierunddreißigtausendfünfhundertsiebenundsechzig 8/10 Euro",
                "999999999999999.9999 | JPY | en | 999,999,999,999,999.9999 JPY | nine hundred ninety-nine trillion nine hundred ninety-nine billion nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine and 9999/10000 Japanese yen",
            })
    void anAmountIsGroupedAndSpelled(String decimal, String currency, String locale, String figures, String words) {
        assertThat(Amounts.figures(decimal, currency, Locale.forLanguageTag(locale)))
                .isEqualTo(figures);
        assertThat(Amounts.words(decimal, currency, Locale.forLanguageTag(locale)))
                .isEqualTo(words);
    }
}
