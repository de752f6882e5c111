package dev.countersign.entity;

import dev.countersign.http.Problem;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an {@code application/x-ndjson} body, one at a time: LF or CRLF ends a line, the last one may go without.
 * Holds one line. For one thread.
 */
final class NdjsonLines {
    /** Longest line, bytes. */
    static final int MAX_LINE_BYTES = 256 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private final long deadline;
    private final Duration most;
    private final MessageDigest sha256;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private byte[] line = new byte[1_024];
    private int length;
    private int number;

    /** @param most how long the body may take to arrive whole */
    NdjsonLines(InputStream in, Duration most) {
        this.in = in;
        this.most = most;
        this.deadline = System.nanoTime() + most.toNanos();
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next line without its end, or null after the last. Throws Problem 400, 408 or 413. */
    byte @Nullable [] next() {
        length = 0;
        while (true) {
            if (from == to && !fill()) {
                if (length == 0) {
                    return null;
                }
                number++;
                return line();
            }
            var end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            append(end);
            if (end < to) {
                from = end + 1;
                number++;
                return line();
            }
            from = to;
        }
    }

    /** Of the line that {@link #next} gave, from 1. */
    int number() {
        return number;
    }

    /** Hex SHA-256 of all bytes so far: after the last line, what {@code sha256sum} says of the body. */
    String sha256() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void append(int end) {
        var more = end - from;
        if (length + more > MAX_LINE_BYTES) {
            throw new Problem(413, "too-large", "The line is longer than " + MAX_LINE_BYTES + " bytes")
                    .with("line", number + 1);
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + more));
        }
        System.arraycopy(buffer, from, line, length, more);
        length += more;
    }

    private byte[] line() {
        var end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return Arrays.copyOf(line, end);
    }

    private boolean fill() {
        if (System.nanoTime() > deadline) {
            throw new Problem(408, "too-slow", "The body did not arrive within " + most.toSeconds() + " s");
        }
        try {
            var read = in.read(buffer);
            from = 0;
            to = Math.max(read, 0);
            sha256.update(buffer, 0, to);
            return read > 0;
        } catch (IOException | UncheckedIOException | InsufficientDataAvailableException e) {
            throw new Problem(400, "invalid-request", "The body did not arrive whole");
        }
    }
}
