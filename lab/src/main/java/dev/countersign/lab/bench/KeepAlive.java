package dev.countersign.lab.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that stays open, with as little work as possible: what generates load must not be what is
 * measured. Answers need a Content-Length. One thread at a time.
 */
final class KeepAlive implements AutoCloseable {
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final String LENGTH = "content-length:";
    private static final int FIRST_BUFFER = 16 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[FIRST_BUFFER];

    KeepAlive(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Sends a whole request and reads its answer's body. Throws {@link IllegalStateException} unless it is a 200. */
    String exchange(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        var have = 0;
        var head = -1;
        while (head < 0) {
            have = more(have);
            head = endOfHead(have);
        }
        var lines = new String(buffer, 0, head, StandardCharsets.ISO_8859_1);
        var bodyAt = head + END_OF_HEAD.length;
        var end = bodyAt + length(lines);
        while (have < end) {
            have = more(have);
        }
        var body = new String(buffer, bodyAt, end - bodyAt, StandardCharsets.UTF_8);
        if (!lines.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException(lines.lines().findFirst().orElse("") + " " + body);
        }
        return body;
    }

    private int more(int have) throws IOException {
        if (have == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * have);
        }
        var read = in.read(buffer, have, buffer.length - have);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        return have + read;
    }

    private int endOfHead(int have) {
        for (var at = 0; at + END_OF_HEAD.length <= have; at++) {
            if (Arrays.equals(buffer, at, at + END_OF_HEAD.length, END_OF_HEAD, 0, END_OF_HEAD.length)) {
                return at;
            }
        }
        return -1;
    }

    private static int length(String head) {
        var lower = head.toLowerCase(Locale.ROOT);
        var at = lower.indexOf(LENGTH);
        if (at < 0) {
            throw new IllegalStateException("An answer without Content-Length");
        }
        var end = lower.indexOf('\r', at);
        return Integer.parseInt(lower.substring(at + LENGTH.length(), end < 0 ? lower.length() : end)
                .strip());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
