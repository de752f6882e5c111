package dev.countersign.dbsc;

import dev.countersign.dbsc.Refreshes.Refresh;
import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import dev.countersign.session.SessionId;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.function.Function;

/** Where browsers register their key and prove it (draft "Server considerations"). No page of any site can call them to effect. */
final class DbscRoutes {
    static final String REGISTRATION = "/dbsc/registration";
    static final String REFRESH = "/dbsc/refresh";

    private static final HeaderName RESPONSE = HeaderNames.create("Secure-Session-Response");
    private static final HeaderName SESSION_ID = HeaderNames.create("Sec-Secure-Session-Id");

    /** Longest session identifier that is read, characters. */
    private static final int MAX_ID = 128;

    private final String issuer;
    private final Registrations registrations;
    private final Refreshes refreshes;
    private final BoundCookies cookies;
    private final SessionInstructions instructions;
    private final Function<ServerRequest, Optional<SessionId>> named;

    /** @param named the session of the request's long cookie */
    DbscRoutes(
            String issuer,
            Registrations registrations,
            Refreshes refreshes,
            BoundCookies cookies,
            SessionInstructions instructions,
            Function<ServerRequest, Optional<SessionId>> named) {
        this.issuer = issuer;
        this.registrations = registrations;
        this.refreshes = refreshes;
        this.cookies = cookies;
        this.instructions = instructions;
        this.named = named;
    }

    void register(HttpRouting.Builder routing) {
        routing.post(REGISTRATION, this::registration).post(REFRESH, this::refresh);
    }

    private void registration(ServerRequest request, ServerResponse response) {
        var jwt = StructuredString.read(request, RESPONSE, DbscProof.MAX_LENGTH)
                .orElseThrow(() -> new Problem(400, "registration-refused", "There is no proof in the request"));
        var registered = registrations.register(jwt, named.apply(request).orElse(null), issuer + REGISTRATION);
        cookies.give(response, registered.cookie());
        Answers.json(response, 200, instructions.of(registered.session()));
    }

    private void refresh(ServerRequest request, ServerResponse response) {
        var session = StructuredString.read(request, SESSION_ID, MAX_ID)
                .flatMap(DbscRoutes::sessionId)
                .orElseThrow(() -> new Problem(400, "refresh-refused", "The request names no session"));
        if (request.headers().contains(RESPONSE)
                && StructuredString.read(request, RESPONSE, DbscProof.MAX_LENGTH)
                        .isEmpty()) {
            throw new Problem(400, "refresh-refused", "The proof cannot be read");
        }
        var jwt = StructuredString.read(request, RESPONSE, DbscProof.MAX_LENGTH);
        answer(
                response,
                session,
                refreshes.refresh(
                        session, jwt.orElse(null), named.apply(request).orElse(null), issuer + REFRESH));
    }

    private void answer(ServerResponse response, SessionId session, Refresh refresh) {
        switch (refresh) {
            case Refresh.Proved proved -> {
                cookies.give(response, proved.cookie());
                Answers.json(response, 200, instructions.of(session));
            }
            case Refresh.Challenged challenged ->
                throw new Problem(403, "proof-required", "Sign the challenge with the session's key")
                        .header(
                                "Secure-Session-Challenge",
                                StructuredString.write(challenged.challenge()) + ";id="
                                        + StructuredString.write(session.value()));
            case Refresh.Ended ended -> {
                cookies.expire(response);
                throw new Problem(410, "session-ended", "The session has ended");
            }
            case Refresh.Refused refused -> throw new Problem(401, "invalid-proof", refused.text());
            case Refresh.TooMany tooMany ->
                throw new Problem(429, "too-many-proofs", "The key was proved very often just now")
                        .header("Retry-After", Long.toString(Refreshes.WINDOW.toSeconds()));
        }
    }

    private static Optional<SessionId> sessionId(String text) {
        try {
            return Optional.of(new SessionId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
