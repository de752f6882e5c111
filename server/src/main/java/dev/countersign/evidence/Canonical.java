package dev.countersign.evidence;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** Writes an entry as JCS JSON (RFC 8785): members sorted by UTF-16 code units, shortest escapes, no white space. */
final class Canonical {
    private Canonical() {}

    static byte[] bytes(long index, Instant time, Entry entry) {
        var members = new TreeMap<String, Object>(entry.members());
        members.put("index", index);
        members.put("kind", entry.kind());
        members.put("subject", entry.subject());
        members.put("time", format(time));
        var out = new StringBuilder(512).append('{');
        for (var member : members.entrySet()) {
            if (out.length() > 1) {
                out.append(',');
            }
            string(out, member.getKey());
            out.append(':');
            value(out, member.getValue());
        }
        return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 3339 in UTC, always with milliseconds. */
    static String format(Instant time) {
        var text = time.toString();
        var dot = text.indexOf('.');
        if (dot < 0) {
            return text.substring(0, text.length() - 1) + ".000Z";
        }
        return (text.substring(0, text.length() - 1) + "00").substring(0, dot + 4) + "Z";
    }

    private static void value(StringBuilder out, Object value) {
        switch (value) {
            case String text -> string(out, text);
            case Long number -> number(out, number);
            case Boolean flag -> out.append(flag.booleanValue());
            case List<?> list -> list(out, list);
            default -> throw new IllegalArgumentException("No evidence of " + value.getClass());
        }
    }

    private static void list(StringBuilder out, List<?> values) {
        out.append('[');
        for (var i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            value(out, values.get(i));
        }
        out.append(']');
    }

    /** JCS writes numbers as ECMAScript does: exact only up to 2^53. */
    private static void number(StringBuilder out, long number) {
        if (Math.abs(number) > 1L << 53) {
            throw new IllegalArgumentException("Evidence numbers are at most 2^53");
        }
        out.append(number);
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
