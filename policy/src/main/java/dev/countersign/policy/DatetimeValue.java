package dev.countersign.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.regex.Pattern;

/**
 * Cedar's {@code datetime}.
 *
 * @param epochMillis milliseconds since 1970-01-01T00:00:00Z
 */
public record DatetimeValue(long epochMillis) implements Value {
    private static final Pattern FORM = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})"
            + "(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?");
    private static final long DAY = 86_400_000;

    /** Reads {@code YYYY-MM-DD}, or with {@code Thh:mm:ss[.SSS](Z|±hhmm)}. Throws {@link IllegalArgumentException}. */
    public static DatetimeValue parse(String text) {
        var form = FORM.matcher(text);
        if (text.length() > 32 || !form.matches()) {
            throw new IllegalArgumentException("not a datetime");
        }
        long millis;
        try {
            millis = LocalDate.of(number(form.group(1)), number(form.group(2)), number(form.group(3)))
                            .toEpochDay()
                    * DAY;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no such date");
        }
        if (form.group(4) == null) {
            return new DatetimeValue(millis);
        }
        var hour = number(form.group(4));
        var minute = number(form.group(5));
        var second = number(form.group(6));
        if (hour > 23 || minute > 59 || second > 59) {
            throw new IllegalArgumentException("no such time of day");
        }
        millis += ((hour * 60L + minute) * 60 + second) * 1_000;
        if (form.group(7) != null) {
            millis += number(form.group(7));
        }
        return new DatetimeValue(form.group(8) == null ? millis : millis - offset(form));
    }

    private static long offset(java.util.regex.Matcher form) {
        var hours = number(form.group(9));
        var minutes = number(form.group(10));
        if (hours > 23 || minutes > 59) {
            throw new IllegalArgumentException("no such offset");
        }
        var millis = (hours * 60L + minutes) * 60_000;
        return form.group(8).equals("-") ? -millis : millis;
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    /** The start of its day. Throws {@link ArithmeticException}. */
    DatetimeValue toDate() {
        return new DatetimeValue(Math.multiplyExact(Math.floorDiv(epochMillis, DAY), DAY));
    }

    /** The time since the start of its day. */
    DurationValue toTime() {
        return new DurationValue(Math.floorMod(epochMillis, DAY));
    }

    @Override
    public String typeName() {
        return "datetime";
    }

    /** In ISO 8601; as {@link #parse} reads it within the years 0000 to 9999. */
    public String text() {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    @Override
    public String toString() {
        return "datetime(\"" + text() + "\")";
    }
}
