package dev.countersign.session;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/** Who is looking at our own pages, by the cookie of this origin. */
public interface BrowserSessions {
    /** The live or suspended session of the browser. */
    Optional<Session> of(ServerRequest request);

    /**
     * The session; or, for a page, an answer that sends the browser to log in and back (then empty: return from the
     * handler), and for JSON a Problem 401.
     */
    Optional<Session> require(ServerRequest request, ServerResponse response);

    /**
     * As {@link #require}, for what changes state or issues something: a browser that has a key must have proved just now
     * that it holds it. Otherwise the answer makes it prove that and ask again, with the same method and body (empty: return
     * from the handler, having read nothing of the body).
     */
    Optional<Session> requireFresh(ServerRequest request, ServerResponse response);

    /** Refuses a state-changing request that another origin's page sent (Origin, Sec-Fetch-Site). Problem 403. */
    void refuseForeign(ServerRequest request);
}
