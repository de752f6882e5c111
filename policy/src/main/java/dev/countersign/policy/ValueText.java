package dev.countersign.policy;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Values as policies write them, shortened for people. */
public final class ValueText {
    /** Longest text of one value, characters; what is longer is cut and says so. */
    public static final int MAX_LENGTH = 120;

    private final StringBuilder text = new StringBuilder();

    private ValueText() {}

    /** {@code null} stands for a value that is not there. */
    public static String of(@Nullable Value value) {
        if (value == null) {
            return "(absent)";
        }
        var shown = new ValueText();
        shown.append(value);
        return cut(shown.text.toString(), MAX_LENGTH);
    }

    /** {@code text}, or its beginning and three dots. Never half a character. */
    public static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }

    private boolean isFull() {
        return text.length() > MAX_LENGTH;
    }

    private void append(Value value) {
        switch (value) {
            case StringValue string -> text.append(StringLiteral.of(cut(string.value(), MAX_LENGTH)));
            case SetValue set -> elements(set.elements());
            case RecordValue object -> members(object);
            case DecimalValue decimal -> text.append(amount(decimal.text()));
            case Bool bool -> text.append(bool);
            case LongValue number -> text.append(number);
            case EntityUid uid -> text.append(uid);
            case IpValue ip -> text.append(ip);
            case DatetimeValue time -> text.append(time);
            case DurationValue duration -> text.append(duration);
        }
    }

    /** Four digits after the point, but as money where the last two say nothing. */
    private static String amount(String digits) {
        var plain = digits.endsWith("00") ? digits.substring(0, digits.length() - 2) : digits;
        return "decimal(\"" + plain + "\")";
    }

    private void elements(Collection<Value> elements) {
        var separator = "[";
        for (var element : elements) {
            if (isFull()) {
                return;
            }
            text.append(separator);
            append(element);
            separator = ", ";
        }
        text.append(elements.isEmpty() ? "[]" : "]");
    }

    private void members(RecordValue object) {
        var separator = "{";
        for (var member : object.members().entrySet()) {
            if (isFull()) {
                return;
            }
            text.append(separator).append(member.getKey()).append(": ");
            append(member.getValue());
            separator = ", ";
        }
        text.append(object.members().isEmpty() ? "{}" : "}");
    }
}
