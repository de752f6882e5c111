package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** String literals of Cedar's grammar ("STR"): escapes are Rust's, among them hexadecimal and Unicode ones. */
final class StringLiteral {
    private StringLiteral() {}

    /** {@code text} in quotes, as it may stand in a policy. */
    static String of(String text) {
        var literal = new StringBuilder(text.length() + 2).append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> literal.append('\\').append(c);
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\t' -> literal.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        literal.append("\\u{").append(Integer.toHexString(c)).append('}');
                    } else {
                        literal.append(c);
                    }
                }
            }
        }
        return literal.append('"').toString();
    }

    /** What {@code literal}, with its quotes, stands for. Throws {@link IllegalArgumentException}. */
    static String content(String literal) {
        var last = literal.length() - 1;
        if (last < 1 || literal.charAt(0) != '"' || literal.charAt(last) != '"') {
            throw new IllegalArgumentException("expected a string in quotes");
        }
        var content = new StringBuilder(literal.length());
        var at = 1;
        while (at < last) {
            var c = literal.charAt(at);
            if (c == '"') {
                throw new IllegalArgumentException("a quote inside the string needs a backslash before it");
            }
            at = c == '\\' ? escape(literal, at + 1, last, content) : plain(c, at, content);
        }
        return content.toString();
    }

    /** The pattern that {@code literal} is after {@code like}: its characters one by one, null for each wildcard. */
    static List<@Nullable String> pattern(String literal) {
        var last = literal.length() - 1;
        var pieces = new ArrayList<@Nullable String>();
        var at = 1;
        while (at < last) {
            var piece = new StringBuilder();
            if (literal.charAt(at) == '*') {
                pieces.add(null);
                at++;
                continue;
            }
            if (literal.startsWith("\\*", at)) {
                piece.append('*');
                at += 2;
            } else if (literal.charAt(at) == '\\') {
                at = escape(literal, at + 1, last, piece);
            } else {
                piece.appendCodePoint(literal.codePointAt(at));
                at += piece.length();
            }
            pieces.add(piece.toString());
        }
        return pieces;
    }

    private static int plain(char c, int at, StringBuilder content) {
        content.append(c);
        return at + 1;
    }

    /** Reads what follows a backslash; where to go on. */
    private static int escape(String literal, int at, int last, StringBuilder content) {
        var c = at < last ? literal.charAt(at) : ' ';
        switch (c) {
            case 'n' -> content.append('\n');
            case 'r' -> content.append('\r');
            case 't' -> content.append('\t');
            case '0' -> content.append('\0');
            case '\\', '\'', '"' -> content.append(c);
            case 'x' -> {
                return point(literal, at + 1, at + 3, last, 0x7f, content);
            }
            case 'u' -> {
                var end = literal.indexOf('}', at);
                if (end < 0 || literal.charAt(at + 1) != '{' || end > at + 8) {
                    throw new IllegalArgumentException("expected \\u{…} with one to six hex digits");
                }
                return 1 + point(literal, at + 2, end, last, Character.MAX_CODE_POINT, content);
            }
            default -> throw new IllegalArgumentException("unknown escape in a string");
        }
        return at + 1;
    }

    private static int point(String literal, int from, int to, int last, int most, StringBuilder content) {
        var digits = to <= last ? literal.substring(from, to) : "";
        if (!digits.matches("[0-9A-Fa-f]{1,6}")) {
            throw new IllegalArgumentException("expected hex digits in an escape");
        }
        var point = Integer.parseInt(digits, 16);
        if (point > most || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("an escape stands for no character");
        }
        content.appendCodePoint(point);
        return to;
    }
}
