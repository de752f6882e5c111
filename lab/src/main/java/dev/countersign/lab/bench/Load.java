package dev.countersign.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Many keep-alive connections that ask as fast as they are answered, driven by one thread over requests that were written
 * beforehand: the load shares the server's cores, so what it costs is taken from what is measured.
 */
final class Load {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Longest answer with its headers, bytes. */
    private static final int MAX_ANSWER = 64 * 1024;

    private final InetSocketAddress server;
    private final int connections;
    private final Predicate<String> right;

    /** @param right whether an answer's body is the expected one */
    Load(URI server, int connections, Predicate<String> right) {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.connections = connections;
        this.right = right;
    }

    /** Sends every request once; nanoseconds from sending each to its whole answer, in the requests' order. */
    long[] run(List<byte[]> requests) throws IOException {
        var nanos = new long[requests.size()];
        var line = new Line(requests, nanos);
        var open = new ArrayList<SocketChannel>();
        try (var selector = Selector.open()) {
            for (var i = 0; i < connections; i++) {
                var channel = SocketChannel.open(server);
                open.add(channel);
                channel.socket().setTcpNoDelay(true);
                channel.configureBlocking(false);
                var talk = new Talk(channel);
                channel.register(selector, SelectionKey.OP_READ, talk);
                talk.next(line);
            }
            while (line.answered < nanos.length) {
                if (selector.select(key -> ((Talk) key.attachment()).read(line), TIMEOUT.toMillis()) == 0) {
                    throw new IOException("No answer within " + TIMEOUT.toSeconds() + " s");
                }
                line.rethrow();
            }
            return nanos;
        } finally {
            for (var channel : open) {
                channel.close();
            }
        }
    }

    /** What is still to be asked. Lives on the driving thread. */
    private static final class Line {
        private final List<byte[]> requests;
        private final long[] nanos;
        private int sent;
        private int answered;
        private @Nullable IOException failure;

        Line(List<byte[]> requests, long[] nanos) {
            this.requests = requests;
            this.nanos = nanos;
        }

        void rethrow() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** One connection and the question that it waits on. */
    private final class Talk {
        private final SocketChannel channel;
        private final byte[] bytes = new byte[MAX_ANSWER];
        private final ByteBuffer answer = ByteBuffer.wrap(bytes);
        private int asked;
        private long began;

        Talk(SocketChannel channel) {
            this.channel = channel;
        }

        void next(Line line) throws IOException {
            if (line.sent == line.requests.size()) {
                return;
            }
            asked = line.sent++;
            var request = ByteBuffer.wrap(line.requests.get(asked));
            began = System.nanoTime();
            while (request.hasRemaining()) {
                channel.write(request); // a few kilobytes: the socket's buffer always takes them
            }
        }

        void read(Line line) {
            try {
                if (channel.read(answer) < 0) {
                    throw new IOException("The server closed the connection");
                }
                var body = body();
                if (body == null) {
                    return;
                }
                line.nanos[asked] = System.nanoTime() - began;
                line.answered++;
                answer.clear();
                if (!right.test(body)) {
                    throw new IOException("Refused: " + body);
                }
                next(line);
            } catch (IOException e) {
                line.failure = e;
            }
        }

        /** The body once it is whole, else null. */
        private @Nullable String body() throws IOException {
            var text = new String(bytes, 0, answer.position(), StandardCharsets.ISO_8859_1);
            var end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return null;
            }
            var length = contentLength(text, end);
            if (text.length() < end + 4 + length) {
                return null;
            }
            if (!text.startsWith("HTTP/1.1 200")) {
                throw new IOException(text);
            }
            return text.substring(end + 4, end + 4 + length);
        }

        private static int contentLength(String text, int end) throws IOException {
            var name = "\r\ncontent-length:";
            for (var at = text.indexOf("\r\n"); at >= 0 && at < end; at = text.indexOf("\r\n", at + 2)) {
                if (text.regionMatches(true, at, name, 0, name.length())) {
                    var stop = text.indexOf("\r\n", at + 2);
                    return Integer.parseInt(
                            text.substring(at + name.length(), stop).strip());
                }
            }
            throw new IOException("No Content-Length: " + text);
        }
    }
}
