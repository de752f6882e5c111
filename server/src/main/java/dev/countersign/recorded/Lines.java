package dev.countersign.recorded;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of bytes, none longer than a record: a line that never ends must not fill the memory. For one thread. */
final class Lines {
    private static final int READ = 1 << 16;

    private final InputStream in;
    private byte[] buffer = new byte[READ];
    private int start;
    private int end;

    Lines(InputStream in) {
        this.in = in;
    }

    /** Without its line feed; null after the last. Throws {@link IllegalArgumentException} for one that is too long. */
    byte @Nullable [] next() throws IOException {
        var from = start;
        while (true) {
            for (; from < end; from++) {
                if (buffer[from] == '\n') {
                    var line = Arrays.copyOfRange(buffer, start, from);
                    start = from + 1;
                    return line;
                }
            }
            if (end - start > RecordJson.MAX_BYTES) {
                throw new IllegalArgumentException("longer than " + RecordJson.MAX_BYTES + " bytes");
            }
            var held = end - start;
            if (!fill()) {
                var last = Arrays.copyOfRange(buffer, start, end);
                start = end;
                return last.length == 0 ? null : last;
            }
            from = start + held;
        }
    }

    /** Reads on behind what is held. False at the end. */
    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        var count = in.read(buffer, end, buffer.length - end);
        end += Math.max(count, 0);
        return count > 0;
    }
}
