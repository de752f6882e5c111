package dev.countersign.policy;

import org.jspecify.annotations.Nullable;

/** As much of Cedar's lexical grammar as tells code from strings and comments; policies and schemas share it. */
final class Lexis {
    /** Deepest nesting of brackets in a policy or schema. */
    static final int MAX_NESTING = 100;

    private Lexis() {}

    /** After the string, comment or character that begins at {@code at}. */
    static int next(String text, int at) {
        if (text.charAt(at) == '"') {
            return endOfString(text, at);
        }
        return text.startsWith("//", at) ? endOfLine(text, at) : at + 1;
    }

    /** The next character that is neither white space, comment nor byte order mark. */
    static int skipBlank(String text, int from) {
        var at = from;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\ufeff') {
                at++;
            } else if (text.startsWith("//", at)) {
                at = endOfLine(text, at);
            } else {
                break;
            }
        }
        return at;
    }

    private static int endOfLine(String text, int from) {
        var end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    static int endOfString(String text, int from) {
        var at = from + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, text.length());
    }

    /** A fault where brackets are nested too deep, or null. */
    static @Nullable PolicyFault nestingFault(SourceText source, int start, int end, String opening, String closing) {
        var text = source.text();
        var depth = 0;
        for (var at = start; at < end; at = next(text, at)) {
            depth += opening.indexOf(text.charAt(at)) >= 0 ? 1 : closing.indexOf(text.charAt(at)) >= 0 ? -1 : 0;
            if (depth > MAX_NESTING) {
                return source.fault(
                        at, "brackets nested deeper than " + MAX_NESTING, "split it into several policies or types");
            }
        }
        return null;
    }
}
