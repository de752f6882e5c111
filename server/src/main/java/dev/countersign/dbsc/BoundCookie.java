package dev.countersign.dbsc;

import dev.countersign.http.RequestCookies;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Optional;

/** The short cookie that stands for a proof. */
final class BoundCookie {
    /** {@code __Host-} keeps other hosts of the domain from setting it (RFC 6265bis §4.1.3.2). */
    static final String NAME = "__Host-countersign-bound";

    /** What the browser is told to look for, and what the cookie has: the two must agree for the browser to find it. */
    static final String ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

    private BoundCookie() {}

    static Optional<String> read(ServerRequest request) {
        return RequestCookies.read(request, NAME);
    }

    static void set(ServerResponse response, String value, Duration life) {
        response.headers()
                .add(HeaderValues.create(
                        HeaderNames.SET_COOKIE,
                        NAME + "=" + value + "; Max-Age=" + life.toSeconds() + "; " + ATTRIBUTES));
    }

    static void remove(ServerResponse response) {
        set(response, "", Duration.ZERO);
    }
}
