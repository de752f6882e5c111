package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * One exchange of AuthZEN's HTTPS JSON binding (§10.1): its request id echoed (§10.1.3), its caller known, its body a JSON
 * object.
 */
record Exchange(EnforcementPoint asker, Fields body) {
    /** Longest {@code X-Request-ID} that is echoed, characters. */
    static final int MAX_REQUEST_ID = 128;

    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-ID");
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    /** Throws Problem 401 for a stranger, 400 for a body that does not fit. */
    static Exchange begin(ServerRequest request, ServerResponse response, EnforcementPoints enforcementPoints) {
        echo(request, response);
        return new Exchange(enforcementPoints.authenticate(request), body(request));
    }

    /** §10.1.2 knows 400 for whatever is wrong with a request, also its content type. */
    private static Fields body(ServerRequest request) {
        try {
            return Bodies.object(request);
        } catch (Problem problem) {
            throw problem.status() == UNSUPPORTED_MEDIA_TYPE
                    ? new Problem(400, problem.type(), problem.detail())
                    : problem;
        }
    }

    private static void echo(ServerRequest request, ServerResponse response) {
        request.headers().first(REQUEST_ID).ifPresent(id -> {
            if (id.length() > MAX_REQUEST_ID || Json.hasControlCharacter(id)) {
                throw new Problem(
                        400, "invalid-request", "X-Request-ID is longer than " + MAX_REQUEST_ID + " characters");
            }
            response.header(HeaderValues.create(REQUEST_ID, id));
        });
    }
}
