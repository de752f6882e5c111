package dev.countersign.login;

import dev.countersign.http.RequestCookies;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Our two cookies: the browser's session, and the browser while it logs in. Host-only, HttpOnly, SameSite=Lax. */
final class Cookies {
    private final boolean secure;

    Cookies(URI issuer) {
        this.secure = "https".equals(issuer.getScheme());
    }

    /** The session's cookie; {@code __Host-} keeps other hosts of the domain from setting it (RFC 6265bis §4.1.3.2). */
    String session() {
        return secure ? "__Host-countersign" : "countersign";
    }

    /** The cookie that binds a login to the browser that began it. */
    String login() {
        return session() + "-login";
    }

    /** The one value of cookie {@code name} with the form that we give it. */
    Optional<String> read(ServerRequest request, String name) {
        return RequestCookies.read(request, name).filter(Opaque::hasForm);
    }

    void set(ServerResponse response, String name, String value, Duration life) {
        response.headers()
                .add(HeaderValues.create(
                        HeaderNames.SET_COOKIE,
                        name + "=" + value + "; Path=/; Max-Age=" + Math.max(0, life.toSeconds())
                                + "; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "")));
    }

    void remove(ServerResponse response, String name) {
        set(response, name, "", Duration.ZERO);
    }
}
