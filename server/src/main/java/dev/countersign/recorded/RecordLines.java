package dev.countersign.recorded;

import java.util.Arrays;

/** Records in one piece of text, one on each line. */
final class RecordLines {
    private RecordLines() {}

    /** Calls {@code reader} with each line that is not empty, without its line feed; {@code first} is the first one's number. */
    static void each(byte[] text, long first, Reader reader) {
        var number = first;
        var start = 0;
        for (var i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n') {
                if (i > start) {
                    reader.line(number, Arrays.copyOfRange(text, start, i));
                }
                start = i + 1;
                number++;
            }
        }
    }

    /** How many line feeds there are. */
    static long count(byte[] text) {
        var count = 0L;
        for (var b : text) {
            if (b == '\n') {
                count++;
            }
        }
        return count;
    }

    /** Takes lines. */
    interface Reader {
        void line(long number, byte[] json);
    }
}
