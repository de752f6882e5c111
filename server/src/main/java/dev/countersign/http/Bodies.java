package dev.countersign.http;

import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads request bodies within limits. */
public final class Bodies {
    /** A body must have arrived whole within this time. */
    public static final Duration MAX_BODY_TIME = Duration.ofSeconds(15);

    private static final char REPLACEMENT = '\ufffd';

    /** Most that is read at once, bytes. */
    private static final int CHUNK_BYTES = 8_192;

    private Bodies() {}

    /** The body as strict JSON. 415 unless {@code application/json} or {@code +json}; 413 over the limit; 400 otherwise. */
    public static JsonNode json(ServerRequest request) {
        var type = mediaType(request);
        if (!type.equals("application/json") && !type.endsWith("+json")) {
            throw new Problem(415, "unsupported-media-type", "Send Content-Type: application/json");
        }
        return Json.read(bytes(request));
    }

    /** The body as a JSON object. */
    public static Fields object(ServerRequest request) {
        return Fields.of(json(request), "");
    }

    /** The body as {@code application/x-www-form-urlencoded}; a repeated parameter is refused (RFC 6749 §3.2). */
    public static Map<String, String> form(ServerRequest request) {
        if (!mediaType(request).equals("application/x-www-form-urlencoded")) {
            throw new Problem(415, "unsupported-media-type", "Send Content-Type: application/x-www-form-urlencoded");
        }
        var body = bytes(request);
        Json.requireUtf8(body);
        return parseForm(new String(body, StandardCharsets.UTF_8));
    }

    static Map<String, String> parseForm(String body) {
        var parameters = new LinkedHashMap<String, String>();
        if (body.isEmpty()) {
            return parameters;
        }
        for (var pair : body.split("&", -1)) {
            var equals = pair.indexOf('=');
            var name = decode(equals < 0 ? pair : pair.substring(0, equals));
            var value = decode(equals < 0 ? "" : pair.substring(equals + 1));
            if (Json.hasControlCharacter(name) || Json.hasControlCharacter(value)) {
                throw new Problem(400, "invalid-request", "A parameter holds a control character");
            }
            if (parameters.put(name, value) != null) {
                throw new Problem(400, "invalid-request", "A parameter is repeated").with("parameter", name);
            }
        }
        return parameters;
    }

    private static String decode(String encoded) {
        try {
            var text = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
            if (text.indexOf(REPLACEMENT) >= 0) { // what the decoder makes of bytes that are not UTF-8
                throw new Problem(400, "invalid-encoding", "A parameter is not valid UTF-8");
            }
            return text;
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "invalid-request", "A parameter is not form-encoded");
        }
    }

    /** At most {@link Json#MAX_BODY_BYTES} of the body. */
    public static byte[] bytes(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        var declared = request.headers().contentLength();
        if (declared.isPresent() && declared.getAsLong() > Json.MAX_BODY_BYTES) {
            throw tooLarge();
        }
        // Not closed: closing reads what is left, which would wait for a client that stalls a second time.
        var in = request.content().inputStream();
        try {
            var deadline = System.nanoTime() + MAX_BODY_TIME.toNanos();
            return declared.isPresent() && declared.getAsLong() <= CHUNK_BYTES
                    ? readExactly(in, (int) declared.getAsLong(), deadline)
                    : readWithin(in, deadline);
        } catch (IOException | UncheckedIOException | InsufficientDataAvailableException e) {
            throw new Problem(400, "invalid-request", "The body did not arrive whole");
        }
    }

    /** Reads {@code length} bytes: nearly every body, without a copy. */
    private static byte[] readExactly(InputStream in, int length, long deadline) throws IOException {
        var body = new byte[length];
        var read = 0;
        while (read < length) {
            var n = in.read(body, read, length - read);
            if (n < 0) {
                throw new EOFException();
            }
            read += n;
            requireInTime(deadline);
        }
        return body;
    }

    /** Reads to the end. */
    private static byte[] readWithin(InputStream in, long deadline) throws IOException {
        var body = new ByteArrayOutputStream(CHUNK_BYTES);
        var chunk = new byte[CHUNK_BYTES];
        for (var n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            body.write(chunk, 0, n);
            if (body.size() > Json.MAX_BODY_BYTES) {
                throw tooLarge();
            }
            requireInTime(deadline);
        }
        return body.toByteArray();
    }

    /** A client that dribbles is cut off although each of its bytes arrives in time. */
    private static void requireInTime(long deadline) {
        if (System.nanoTime() > deadline) {
            throw new Problem(408, "too-slow", "The body did not arrive within " + MAX_BODY_TIME.toSeconds() + " s");
        }
    }

    static Problem tooLarge() {
        return new Problem(413, "too-large", "The body is larger than " + Json.MAX_BODY_BYTES + " bytes");
    }

    private static String mediaType(ServerRequest request) {
        var header = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        var end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }
}
