package dev.countersign.webauthn;

import dev.countersign.session.Session;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.util.Optional;

/** Whether an authenticator that waits may be registered again: what policy says beyond a fresh login and its signature. */
public interface ReregistrationGate {
    /**
     * Empty when it may. Otherwise people have been asked, and the sentence tells the owner so. Throws Problem 403 when
     * policy refuses.
     *
     * @param credential id, base64url
     * @param disownedAt since when it waits
     */
    Optional<String> waitsFor(
            ServerRequest request, Session session, String credential, String label, Instant disownedAt);
}
