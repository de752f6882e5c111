package dev.countersign.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.http.Problem;
import dev.countersign.policy.DecimalValue;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

final class MoneyAndTextTest {
    @Property
    void everyAmountThatIsTakenIsADecimalOfPoliciesToo(
            @ForAll @CharRange(from = '+', to = '9') @StringLength(max = 22) String text) {
        if (Money.isDecimal(text)) {
            var value = DecimalValue.parse(text.contains(".") ? text : text + ".0");
            assertThat(value.tenThousandths()).isNotNegative();
        }
    }

    @Property
    void everyAmountOfTenThousandthsIsTakenAndShownWithoutChange(@ForAll @LongRange(min = 0) long tenThousandths) {
        var text = BigDecimal.valueOf(tenThousandths, 4).toPlainString();
        assertThat(Money.isDecimal(text)).isTrue();
        assertThat(Money.show(text, "EUR").replace(",", "")).isEqualTo(text + " EUR");
    }

    @Property
    void noFormatCharacterPasses(@ForAll @IntRange(max = 0x10FFFF) int c) {
        var type = Character.getType(c);
        if (type == Character.FORMAT || type == Character.PRIVATE_USE || type == Character.UNASSIGNED) {
            assertThatThrownBy(() -> SafeText.require("a" + Character.toString(c), "/x"))
                    .isInstanceOf(Problem.class);
        }
    }
}
