package dev.countersign.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/** Writes answers. */
public final class Answers {
    private Answers() {}

    /** Sends {@code value} (a tree, record or map) as JSON that no cache may keep. */
    public static void json(ServerResponse response, int status, Object value) {
        jsonBytes(response, status, Json.MAPPER.writeValueAsBytes(value));
    }

    /** Sends bytes that already are JSON. */
    public static void jsonBytes(ServerResponse response, int status, byte[] json) {
        response.status(status);
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send(json);
    }

    /** Sends UTF-8 text that no cache may keep. */
    public static void text(ServerResponse response, int status, String text) {
        response.status(status);
        response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8"));
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** 303 See Other (to a GET), never cached. */
    public static void redirect(ServerResponse response, String location) {
        response.status(303);
        response.header(HeaderValues.create(HeaderNames.LOCATION, location));
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send();
    }
}
