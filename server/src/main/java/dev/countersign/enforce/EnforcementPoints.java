package dev.countersign.enforce;

import io.helidon.webserver.http.ServerRequest;

/** Authenticates enforcement points. */
public interface EnforcementPoints {
    /**
     * The caller, by {@code Authorization: Bearer} with an API key or with an access token got by
     * {@code private_key_jwt} (RFC 7523). Throws Problem 401.
     */
    EnforcementPoint authenticate(ServerRequest request);
}
