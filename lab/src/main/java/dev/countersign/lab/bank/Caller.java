package dev.countersign.lab.bank;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who calls, as presented. Nothing of it is believed: Countersign is asked about {@code person} together with the token
 * and its proof, and refuses a person whom the token is not for.
 *
 * @param proof value of the DPoP header, null when there was none
 * @param uri what the caller addressed, at the bank's public address
 */
record Caller(
        String person,
        String scheme,
        String token,
        @Nullable String proof,
        String method,
        URI uri,
        String ip,
        @Nullable String userAgent) {
    private static final HeaderName DPOP = HeaderNames.create("DPoP");

    /** Empty when there is no token that names somebody. */
    static Optional<Caller> of(ServerRequest request, URI address) {
        var authorization = single(request, HeaderNames.AUTHORIZATION);
        if (authorization == null) {
            return Optional.empty();
        }
        var space = authorization.indexOf(' ');
        var token = authorization.substring(space + 1).strip();
        var person = space < 0 ? null : subject(token);
        if (person == null) {
            return Optional.empty();
        }
        return Optional.of(new Caller(
                person,
                authorization.substring(0, space),
                token,
                single(request, DPOP),
                request.prologue().method().text(),
                URI.create(address + request.path().rawPath()),
                request.remotePeer().host(),
                single(request, HeaderNames.USER_AGENT)));
    }

    /** Several headers of one name are one value that is none (RFC 9449 §4.3(1)). */
    private static @Nullable String single(ServerRequest request, HeaderName name) {
        var values = request.headers().values(name);
        return values.isEmpty() ? null : String.join(", ", values);
    }

    private static @Nullable String subject(String token) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            var payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            var subject = JsonMapper.shared().readTree(payload).path("sub");
            return subject.isString() && !subject.stringValue().isEmpty() ? subject.stringValue() : null;
        } catch (IllegalArgumentException | JacksonException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "Caller[" + person + ", " + method + " " + uri + "]"; // token and proof stay out of logs
    }
}
