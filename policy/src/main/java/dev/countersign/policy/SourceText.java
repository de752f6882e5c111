package dev.countersign.policy;

/** A file's text, for faults that show where they are. */
record SourceText(String file, String text) {
    /** Longest piece of a line that a fault shows, characters. */
    static final int MAX_SHOWN = 160;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** The text without a byte order mark: Cedar and JSON have none. */
    String unmarked() {
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    /** A fault at the character {@code at}. Columns count characters (code points), from 1; a tab is one. */
    PolicyFault fault(int at, String reason, String hint) {
        var place = Math.min(at, text.length());
        var lineStart = text.lastIndexOf('\n', place - 1) + 1;
        var columnStart = lineStart == 0 && text.startsWith(BYTE_ORDER_MARK) && place > 0 ? 1 : lineStart;
        return new PolicyFault(
                file,
                1 + newlines(lineStart),
                1 + text.codePointCount(columnStart, place),
                reason,
                shown(columnStart, place),
                hint);
    }

    /** A fault of the whole file. */
    PolicyFault fault(String reason, String hint) {
        return new PolicyFault(file, 0, 0, reason, "", hint);
    }

    /** The line from {@code lineStart}; of a very long one what is around {@code at}. */
    private String shown(int lineStart, int at) {
        var newline = text.indexOf('\n', at);
        var lineEnd = newline < 0 ? text.length() : newline;
        if (lineEnd - lineStart <= MAX_SHOWN) {
            return text.substring(lineStart, lineEnd).strip();
        }
        var from = Math.max(lineStart, at - MAX_SHOWN / 2);
        var to = Math.min(lineEnd, from + MAX_SHOWN);
        return (from == lineStart ? "" : "…") + text.substring(from, to).strip() + (to == lineEnd ? "" : "…");
    }

    private int newlines(int before) {
        var count = 0;
        for (var at = text.indexOf('\n'); at >= 0 && at < before; at = text.indexOf('\n', at + 1)) {
            count++;
        }
        return count;
    }

    /** Where the character stands that begins {@code bytes} UTF-8 bytes after the character {@code from}. */
    int after(int from, int bytes) {
        var at = from;
        for (var counted = 0; at < text.length() && counted < bytes; ) {
            var point = text.codePointAt(at);
            counted += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            at += Character.charCount(point);
        }
        return at;
    }
}
