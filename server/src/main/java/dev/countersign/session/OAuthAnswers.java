package dev.countersign.session;

import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** How OAuth endpoints answer: errors in their form, and pages of registered applications may read the answers. */
final class OAuthAnswers {
    /** Seconds a browser may remember a preflight's answer. */
    static final int PREFLIGHT_SECONDS = 600;

    private final Clients clients;

    OAuthAnswers(Clients clients) {
        this.clients = clients;
    }

    /** {@code handler}, with cross-origin headers and errors as RFC 6749 §5.2 wants them. */
    Handler open(Handler handler) {
        return (request, response) -> {
            allowOrigin(request, response);
            answer(handler, request, response);
        };
    }

    /** {@code handler}, for callers that are no pages. */
    Handler closed(Handler handler) {
        return (request, response) -> answer(handler, request, response);
    }

    /** Answers a CORS preflight. */
    void preflight(ServerRequest request, ServerResponse response) {
        if (allowOrigin(request, response)) {
            response.header(HeaderNames.create("Access-Control-Allow-Methods"), "POST");
            response.header(HeaderNames.create("Access-Control-Allow-Headers"), "DPoP, Content-Type");
            response.header(HeaderNames.create("Access-Control-Max-Age"), String.valueOf(PREFLIGHT_SECONDS));
        }
        response.status(204).send();
    }

    private boolean allowOrigin(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.VARY, "Origin");
        var origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        if (!clients.isOrigin(origin)) {
            return false;
        }
        response.header(HeaderNames.create("Access-Control-Allow-Origin"), origin);
        response.header(HeaderNames.create("Access-Control-Expose-Headers"), "DPoP-Nonce, WWW-Authenticate");
        return true;
    }

    private static void answer(Handler handler, ServerRequest request, ServerResponse response) throws Exception {
        try {
            handler.handle(request, response);
        } catch (OAuthError e) {
            write(response, e);
        } catch (Problem e) {
            if (e.status() != 503) {
                throw e;
            }
            write(response, new OAuthError(503, "temporarily_unavailable", e.detail()).header("Retry-After", "1"));
        }
    }

    private static void write(ServerResponse response, OAuthError error) {
        error.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        Answers.json(response, error.status(), error.body());
    }
}
