package dev.countersign;

import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.TokenCallers;
import dev.countersign.http.Problem;
import dev.countersign.session.ScopedSessions;
import dev.countersign.session.Session;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Callers by token whose scope lets them. */
record ScopedCallers(TokenCallers callers) implements ScopedSessions {
    @Override
    public Session require(ServerRequest request, ServerResponse response, String scope) {
        var session = callers.require(request, response).checked().session();
        var grant = session.grant();
        if (!grant.scopes().contains(scope)
                || !grant.actors().isEmpty()
                || !grant.details().isEmpty()
                || !grant.isFor(OwnDecisions.ENFORCEMENT_POINT)) {
            throw Problem.forbidden("This session is not for that")
                    .header("WWW-Authenticate", "DPoP error=\"insufficient_scope\", scope=\"" + scope + "\"");
        }
        return session;
    }
}
