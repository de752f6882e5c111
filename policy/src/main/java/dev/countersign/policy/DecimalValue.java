package dev.countersign.policy;

import java.util.regex.Pattern;

/**
 * Cedar's {@code decimal}: four digits after the point, within a signed 64-bit count of ten-thousandths.
 *
 * @param tenThousandths the value times 10,000
 */
public record DecimalValue(long tenThousandths) implements Value, Comparable<DecimalValue> {
    private static final Pattern FORM = Pattern.compile("(-?)([0-9]+)\\.([0-9]{1,4})");
    private static final long SCALE = 10_000;

    /** Reads {@code -?digits.1to4digits}. Throws {@link IllegalArgumentException}. */
    public static DecimalValue parse(String text) {
        var form = FORM.matcher(text);
        if (text.length() > 32 || !form.matches()) {
            throw new IllegalArgumentException("not a decimal with one to four digits after the point");
        }
        try {
            var sign = form.group(1).isEmpty() ? 1 : -1;
            var whole = Math.multiplyExact(Long.parseLong(form.group(1) + form.group(2)), SCALE);
            var fraction = Long.parseLong((form.group(3) + "000").substring(0, 4));
            return new DecimalValue(Math.addExact(whole, sign * fraction));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("the decimal is out of range");
        }
    }

    @Override
    public int compareTo(DecimalValue other) {
        return Long.compare(tenThousandths, other.tenThousandths);
    }

    @Override
    public String typeName() {
        return "decimal";
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return java.math.BigDecimal.valueOf(tenThousandths, 4).toString();
    }

    @Override
    public String toString() {
        return "decimal(\"" + text() + "\")";
    }
}
