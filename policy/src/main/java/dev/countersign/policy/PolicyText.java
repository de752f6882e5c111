package dev.countersign.policy;

import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One policy's text and where it stands, so that faults can name file, line and column.
 *
 * @param start offset of its first character that is neither white space nor comment
 * @param line of that character, from 1
 */
record PolicyText(String file, String whole, int start, int end, int line) {
    /** Longest policy, characters. */
    static final int MAX_LENGTH = 64 * 1024;

    /** Deepest nesting of brackets in a policy or schema. */
    static final int MAX_NESTING = 100;

    private static final Pattern UNEXPECTED = Pattern.compile("unexpected token `(.*)`");

    /** Cuts a file after each semicolon outside strings and comments. */
    static List<PolicyText> split(String file, String whole) {
        var statements = new ArrayList<PolicyText>();
        var start = skipBlank(whole, 0);
        var line = 1 + newlines(whole, 0, start);
        var at = start;
        while (at < whole.length()) {
            var c = whole.charAt(at);
            if (c == '"') {
                at = endOfString(whole, at);
            } else if (whole.startsWith("//", at)) {
                at = endOfLine(whole, at);
            } else if (c == ';') {
                statements.add(new PolicyText(file, whole, start, at + 1, line));
                var next = skipBlank(whole, at + 1);
                line += newlines(whole, start, next);
                start = next;
                at = next;
            } else {
                at++;
            }
        }
        if (start < whole.length()) {
            statements.add(new PolicyText(file, whole, start, whole.length(), line));
        }
        return statements;
    }

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

    String text() {
        return whole.substring(start, end);
    }

    /** Why the reference must not even see this policy, or null: on too deep a tree its native code ends the process. */
    @Nullable
    String excess() {
        return end - start > MAX_LENGTH
                ? "a policy longer than " + MAX_LENGTH + " characters"
                : nestingExcess("([{", ")]}");
    }

    /** As {@link #excess} for a schema, of any length. */
    @Nullable
    String schemaExcess() {
        return nestingExcess("{<[", "}>]");
    }

    @Nullable
    private String nestingExcess(String opening, String closing) {
        var depth = 0;
        for (var at = start; at < end; ) {
            var c = whole.charAt(at);
            if (c == '"') {
                at = endOfString(whole, at);
            } else if (whole.startsWith("//", at)) {
                at = endOfLine(whole, at);
            } else {
                depth += opening.indexOf(c) >= 0 ? 1 : closing.indexOf(c) >= 0 ? -1 : 0;
                if (depth > MAX_NESTING) {
                    return "brackets nested deeper than " + MAX_NESTING;
                }
                at++;
            }
        }
        return null;
    }

    /** From one offset in the file to before another. */
    SourceRange range(int from, int to) {
        var lineStart = whole.lastIndexOf('\n', from - 1) + 1;
        return new SourceRange(
                file, line + newlines(whole, start, from), from - lineStart + 1, whole.substring(from, to));
    }

    PolicyFault fault(String reason, String hint) {
        return faultAt(0, reason, hint);
    }

    /** A fault at a byte offset in {@link #text()}, as the reference counts. */
    PolicyFault faultAt(int byteOffset, String reason, String hint) {
        return faultAtCharacter(start + characters(byteOffset), reason, hint);
    }

    /**
     * A syntax fault. The reference names the token but not its place: it is the first one before which the text is merely
     * unfinished.
     */
    PolicyFault syntaxFault(String reason) {
        var token = UNEXPECTED.matcher(reason);
        if (token.find()) {
            var text = text();
            for (var at = text.indexOf(token.group(1)); at >= 0; at = text.indexOf(token.group(1), at + 1)) {
                if (isUnfinished(text.substring(0, at))) {
                    return faultAtCharacter(start + at, reason, "");
                }
            }
        }
        return fault(reason, "");
    }

    private static boolean isUnfinished(String text) {
        try {
            PolicySet.parsePolicies(text);
            return false;
        } catch (InternalException e) {
            return String.valueOf(e.getMessage()).contains("unexpected end of input");
        }
    }

    private PolicyFault faultAtCharacter(int at, String reason, String hint) {
        var lineStart = whole.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
        var lineEnd = whole.indexOf('\n', at);
        var sourceLine = whole.substring(Math.min(lineStart, at), lineEnd < 0 ? whole.length() : lineEnd);
        return new PolicyFault(
                file, line + newlines(whole, start, at), at - lineStart + 1, reason, sourceLine.strip(), hint);
    }

    private static int newlines(String text, int from, int to) {
        return (int) text.substring(from, Math.min(to, text.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
    }

    private int characters(int bytes) {
        var text = text();
        var at = 0;
        for (var counted = 0; at < text.length() && counted < bytes; ) {
            var point = text.codePointAt(at);
            counted += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            at += Character.charCount(point);
        }
        return at;
    }
}
