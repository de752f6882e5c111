package dev.countersign.policy;

import java.util.regex.Pattern;

/**
 * Cedar's {@code duration}.
 *
 * @param millis milliseconds
 */
public record DurationValue(long millis) implements Value {
    private static final Pattern FORM =
            Pattern.compile("(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m(?!s))?(?:([0-9]+)s)?(?:([0-9]+)ms)?");
    private static final long[] UNIT = {86_400_000, 3_600_000, 60_000, 1_000, 1};

    /** Reads {@code -?[Nd][Nh][Nm][Ns][Nms]}, at least one part. Throws {@link IllegalArgumentException}. */
    public static DurationValue parse(String text) {
        var form = FORM.matcher(text);
        if (text.isEmpty() || text.equals("-") || text.length() > 128 || !form.matches()) {
            throw new IllegalArgumentException("not a duration");
        }
        try {
            var millis = 0L;
            for (var unit = 0; unit < UNIT.length; unit++) {
                var digits = form.group(unit + 2);
                if (digits != null) {
                    var amount = Math.multiplyExact(Long.parseLong(form.group(1) + digits), UNIT[unit]);
                    millis = Math.addExact(millis, amount);
                }
            }
            return new DurationValue(millis);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("the duration is out of range");
        }
    }

    @Override
    public String typeName() {
        return "duration";
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return millis + "ms";
    }

    @Override
    public String toString() {
        return "duration(\"" + text() + "\")";
    }
}
