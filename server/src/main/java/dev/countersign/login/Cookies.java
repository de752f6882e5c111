package dev.countersign.login;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
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
        var found = new ArrayList<String>();
        if (request.headers().contains(HeaderNames.COOKIE)) {
            for (var header : request.headers().get(HeaderNames.COOKIE).allValues()) {
                for (var pair : header.split(";", -1)) {
                    var trimmed = pair.strip();
                    if (trimmed.startsWith(name + "=")) {
                        found.add(trimmed.substring(name.length() + 1));
                    }
                }
            }
        }
        return found.size() == 1 && Opaque.hasForm(found.getFirst()) ? Optional.of(found.getFirst()) : Optional.empty();
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
