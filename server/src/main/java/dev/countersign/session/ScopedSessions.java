package dev.countersign.session;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Sessions that call our own API by their access token and proof. A session stands for a person with an application of their
 * choice in between; what it may do here is what the settings let that application do, by its scopes.
 */
public interface ScopedSessions {
    /** May see and sign what waits for its person's signature. */
    String APPROVALS = "approvals";

    /** May register authenticators of its person. */
    String AUTHENTICATORS = "authenticators";

    /** The live session that calls. Throws Problem 401 without one, and 403 when its tokens do not have {@code scope}. */
    Session require(ServerRequest request, ServerResponse response, String scope);
}
