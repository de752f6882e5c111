package dev.countersign.session;

import dev.countersign.http.Bodies;
import dev.countersign.http.Problem;
import io.helidon.webserver.http.ServerRequest;
import java.util.Map;
import java.util.Optional;

/** The parameters of a request to an OAuth endpoint. */
public final class OAuthForm {
    /** Longest parameter, characters. */
    static final int MAX_PARAMETER = 16 * 1024;

    private final ServerRequest request;
    private final Map<String, String> parameters;

    private OAuthForm(ServerRequest request, Map<String, String> parameters) {
        this.request = request;
        this.parameters = parameters;
    }

    /** The request that it came with. */
    ServerRequest request() {
        return request;
    }

    static OAuthForm of(ServerRequest request) {
        try {
            return new OAuthForm(request, Bodies.form(request));
        } catch (Problem e) {
            throw new OAuthError(e.status(), "invalid_request", e.detail());
        }
    }

    /** A required parameter; an empty one counts as missing (RFC 6749 §3.2). */
    public String text(String name) {
        return optional(name).orElseThrow(() -> OAuthError.invalidRequest("'" + name + "' is missing"));
    }

    /** A parameter, empty when it is missing or empty. */
    public Optional<String> optional(String name) {
        var value = parameters.getOrDefault(name, "");
        if (value.length() > MAX_PARAMETER) {
            throw OAuthError.invalidRequest("'" + name + "' is too long");
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** Refuses a request that has this parameter. */
    public void refuse(String name) {
        if (optional(name).isPresent()) {
            throw OAuthError.invalidRequest("'" + name + "' is not supported");
        }
    }
}
