package dev.countersign.policy;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One policy's text and where it stands, so that faults can name file, line and column.
 *
 * @param start offset of its first character that is neither white space nor comment
 * @param line of that character, from 1
 */
record PolicyText(SourceText source, int start, int end, int line) {
    /** Longest policy, characters. */
    static final int MAX_LENGTH = 64 * 1024;

    private static final String NOT_SPLIT = "a policy ends with a semicolon; state long lists as entities in a group";

    /**
     * The policy after {@code previous}, or the first: all up to a semicolon outside strings and comments. Null at the end.
     */
    static @Nullable PolicyText next(SourceText source, @Nullable PolicyText previous) {
        var text = source.text();
        var from = previous == null ? 0 : previous.end;
        var start = Lexis.skipBlank(text, from);
        if (start == text.length()) {
            return null;
        }
        var line =
                previous == null ? 1 + newlines(text, 0, start) : previous.line + newlines(text, previous.start, start);
        for (var at = start; at < text.length(); at = Lexis.next(text, at)) {
            if (text.charAt(at) == ';') {
                return new PolicyText(source, start, at + 1, line);
            }
        }
        return new PolicyText(source, start, text.length(), line);
    }

    private static int newlines(String text, int from, int to) {
        var count = 0;
        for (var at = from; at < to; at++) {
            count += text.charAt(at) == '\n' ? 1 : 0;
        }
        return count;
    }

    String file() {
        return source.file();
    }

    String text() {
        return source.text().substring(start, end);
    }

    /** Why the reference must not even see this policy, or null: on too deep a tree its native code ends the process. */
    @Nullable
    PolicyFault excess() {
        if (end - start > MAX_LENGTH) {
            return fault("a policy longer than " + MAX_LENGTH + " characters", NOT_SPLIT);
        }
        return Lexis.nestingFault(source, start, end, "([{", ")]}");
    }

    /** The whole file's text. */
    String whole() {
        return source.text();
    }

    /** From one offset in the file to before another. */
    SourceRange range(int from, int to) {
        var lineStart = whole().lastIndexOf('\n', from - 1) + 1;
        return new SourceRange(
                file(), line + newlines(whole(), start, from), from - lineStart + 1, whole().substring(from, to));
    }

    /** A fault at its first character. */
    PolicyFault fault(String reason, String hint) {
        return source.fault(start, reason, hint);
    }

    /** A fault at its annotation {@code name}, or at its first character when it has none. */
    PolicyFault annotationFault(String name, String reason, String hint) {
        var text = text();
        var annotation = Pattern.compile("@\\s*" + Pattern.quote(name) + "(?![A-Za-z0-9_])");
        for (var at = 0; at < text.length(); at = Lexis.next(text, at)) {
            if (text.charAt(at) == '@'
                    && annotation.matcher(text).region(at, text.length()).lookingAt()) {
                return source.fault(start + at, reason, hint);
            }
        }
        return fault(reason, hint);
    }

    /** A fault that the reference found at a byte of {@link #text()}. */
    PolicyFault fault(CedarReference.Finding finding) {
        return source.fault(source.after(start, finding.start()), finding.reason(), finding.hint());
    }
}
