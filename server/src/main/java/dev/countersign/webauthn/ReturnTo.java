package dev.countersign.webauthn;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import io.helidon.webserver.http.ServerRequest;

/** Where a page leads to afterwards: a path of our own, never another site. */
final class ReturnTo {
    /** Characters; an authorize request fits. */
    static final int MAX_LENGTH = 4096;

    private ReturnTo() {}

    /** The parameter {@code return_to}, or {@code otherwise} when it is missing. */
    static String of(ServerRequest request, String otherwise) {
        var path = request.query().first("return_to").orElse(otherwise);
        var own = path.startsWith("/") && !path.startsWith("//") && path.indexOf('\\') < 0;
        if (!own || path.length() > MAX_LENGTH || Json.hasControlCharacter(path)) {
            throw new Problem(400, "invalid-request", "return_to must be a path on this server");
        }
        return path;
    }
}
