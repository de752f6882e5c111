package dev.countersign.publish;

import dev.countersign.certificate.RequestCertificates;
import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.decision.TokenCallers;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Problem;
import dev.countersign.policy.PolicySet;
import dev.countersign.session.SessionCheck;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Supplier;

/** Who calls: a session by its access token and proof (RFC 9449 §7), as at any resource server; to read, enforcement points too. */
final class Callers {
    private final TokenCallers tokens;
    private final EnforcementPoints points;
    private final OwnDecisions decisions;
    private final Supplier<PolicySet> policies;

    Callers(
            URI issuer,
            SessionCheck sessions,
            RequestCertificates certificates,
            EnforcementPoints points,
            OwnDecisions decisions,
            Supplier<PolicySet> policies) {
        this.tokens = new TokenCallers(issuer, sessions, certificates);
        this.points = points;
        this.decisions = decisions;
        this.policies = policies;
    }

    /** The session that calls. Throws Problem 401; a failed proof is a signal on the session. */
    Caller require(ServerRequest request, ServerResponse response) {
        return tokens.require(request, response);
    }

    /** Lets an enforcement point pass, and a session that may read, publish or restore policies. Problem 401 or 403. */
    void requireReader(ServerRequest request, ServerResponse response) {
        if (TokenCallers.authorization(request).regionMatches(true, 0, "Bearer ", 0, 7)
                && isEnforcementPoint(request)) {
            return;
        }
        var caller = require(request, response);
        var set = policies.get();
        var may = Arrays.stream(PolicyAction.values())
                .anyMatch(action -> !decisions.isRefusedBy(
                        set,
                        caller,
                        new Intent(
                                action.policyName(),
                                PolicyAction.RESOURCE_TYPE,
                                PolicyAction.RESOURCE_ID,
                                null,
                                null)));
        if (!may) {
            throw Problem.forbidden("No policy permits you to read policies");
        }
    }

    /** False for a Bearer token that may be bound to the certificate of the request (RFC 8705 §3). Problem 401. */
    private boolean isEnforcementPoint(ServerRequest request) {
        try {
            points.authenticate(request);
            return true;
        } catch (Problem problem) {
            if (tokens.certificate(request) == null) {
                throw problem;
            }
            return false;
        }
    }
}
