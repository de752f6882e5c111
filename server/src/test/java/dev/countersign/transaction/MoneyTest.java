package dev.countersign.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.DecimalValue;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

final class MoneyTest {
    @Property
    void everyAmountThatIsTakenIsADecimalOfPoliciesToo(
            @ForAll @CharRange(from = '+', to = '9') @StringLength(max = 22) String text) {
        if (Money.isDecimal(text)) {
            var value = DecimalValue.parse(text.contains(".") ? text : text + ".0");
            assertThat(value.tenThousandths()).isNotNegative();
        }
    }

    @Property
    void everyAmountOfTenThousandthsIsTaken(@ForAll @LongRange(min = 0) long tenThousandths) {
        var text = BigDecimal.valueOf(tenThousandths, 4).toPlainString();
        assertThat(Money.isDecimal(text)).isTrue();
    }
}
