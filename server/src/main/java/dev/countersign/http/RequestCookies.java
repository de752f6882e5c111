package dev.countersign.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.ArrayList;
import java.util.Optional;

/** Cookies that a browser sent (RFC 6265 §5.4). */
public final class RequestCookies {
    private RequestCookies() {}

    /** The value of cookie {@code name}; empty when there is none, or several: then another host or path set one too. */
    public static Optional<String> read(ServerRequest request, String name) {
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
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
}
