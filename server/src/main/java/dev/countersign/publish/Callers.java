package dev.countersign.publish;

import dev.countersign.certificate.CertificateRefused;
import dev.countersign.certificate.ClientCertificate;
import dev.countersign.certificate.RequestCertificates;
import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Problem;
import dev.countersign.policy.PolicySet;
import dev.countersign.session.Presented;
import dev.countersign.session.SessionCheck;
import dev.countersign.session.SessionCheck.Checked;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who calls: a session by its access token and proof (RFC 9449 §7), as at any resource server; to read, enforcement points too. */
final class Callers {
    /** Longest token or proof, characters. */
    static final int MAX_CREDENTIAL = 8 * 1024;

    private static final HeaderName DPOP = HeaderNames.create("DPoP");
    private static final HeaderName NONCE = HeaderNames.create("DPoP-Nonce");

    private final URI issuer;
    private final SessionCheck sessions;
    private final RequestCertificates certificates;
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
        this.issuer = issuer;
        this.sessions = sessions;
        this.certificates = certificates;
        this.points = points;
        this.decisions = decisions;
        this.policies = policies;
    }

    /** The session that calls. Throws Problem 401; a failed proof is a signal on the session. */
    Caller require(ServerRequest request, ServerResponse response) {
        var presented = presented(request);
        return switch (sessions.check(presented)) {
            case Checked.Live live -> {
                nonce(response, live.nextNonce());
                yield new Caller(presented, live);
            }
            case Checked.Refused refused -> {
                nonce(response, refused.nextNonce());
                throw unauthorized(refused);
            }
        };
    }

    /** Lets an enforcement point pass, and a session that may read, publish or restore policies. Problem 401 or 403. */
    void requireReader(ServerRequest request, ServerResponse response) {
        if (authorization(request).regionMatches(true, 0, "Bearer ", 0, 7) && isEnforcementPoint(request)) {
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
            if (certificate(request) == null) {
                throw problem;
            }
            return false;
        }
    }

    private Presented presented(ServerRequest request) {
        var parts = authorization(request).split(" ", 2);
        if (parts.length != 2 || parts[1].isBlank() || !isScheme(parts[0])) {
            throw Problem.unauthorized("Send Authorization: DPoP with an access token, and a DPoP proof")
                    .header("WWW-Authenticate", "DPoP algs=\"ES256 EdDSA\"");
        }
        var proofs =
                request.headers().contains(DPOP) ? request.headers().get(DPOP).allValues() : null;
        if (proofs != null && proofs.size() != 1) {
            throw Problem.unauthorized("Send exactly one DPoP header");
        }
        return new Presented(
                parts[1].strip(),
                parts[0],
                proofs == null ? null : bounded(proofs.getFirst()),
                request.prologue().method().text(),
                issuer + request.path().rawPath(),
                request.remotePeer().host(),
                request.headers().first(HeaderNames.USER_AGENT).orElse(null),
                proofs == null ? certificate(request) : null);
    }

    private @Nullable String certificate(ServerRequest request) {
        try {
            return certificates.of(request).map(ClientCertificate::sha256).orElse(null);
        } catch (CertificateRefused e) {
            throw Problem.unauthorized(e.text());
        }
    }

    private static boolean isScheme(String scheme) {
        return scheme.equalsIgnoreCase("DPoP") || scheme.equalsIgnoreCase("Bearer");
    }

    private static String authorization(ServerRequest request) {
        return bounded(request.headers().first(HeaderNames.AUTHORIZATION).orElse(""));
    }

    private static String bounded(String credential) {
        if (credential.length() > MAX_CREDENTIAL) {
            throw Problem.unauthorized("The token or proof is too long");
        }
        return credential;
    }

    private static void nonce(ServerResponse response, @Nullable String nonce) {
        if (nonce != null) {
            response.header(NONCE, nonce);
        }
    }

    private static Problem unauthorized(Checked.Refused refused) {
        var error = switch (refused.code()) {
            case "use_dpop_nonce" -> "use_dpop_nonce";
            case "invalid_proof", "replayed_proof", "proof_required" -> "invalid_dpop_proof";
            default -> "invalid_token";
        };
        return Problem.unauthorized(refused.text())
                .with("code", refused.code())
                .header("WWW-Authenticate", "DPoP error=\"" + error + "\", algs=\"ES256 EdDSA\"");
    }
}
