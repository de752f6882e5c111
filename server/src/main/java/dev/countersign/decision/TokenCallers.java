package dev.countersign.decision;

import dev.countersign.certificate.CertificateRefused;
import dev.countersign.certificate.ClientCertificate;
import dev.countersign.certificate.RequestCertificates;
import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.http.ClientAddress;
import dev.countersign.http.Problem;
import dev.countersign.session.Presented;
import dev.countersign.session.SessionCheck;
import dev.countersign.session.SessionCheck.Checked;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Sessions that call our own API by their access token and proof (RFC 9449 §7), as at any resource server. */
public final class TokenCallers {
    /** Longest token or proof, characters. */
    static final int MAX_CREDENTIAL = 8 * 1024;

    private static final HeaderName DPOP = HeaderNames.create("DPoP");
    private static final HeaderName NONCE = HeaderNames.create("DPoP-Nonce");

    private final URI issuer;
    private final SessionCheck sessions;
    private final RequestCertificates certificates;

    public TokenCallers(URI issuer, SessionCheck sessions, RequestCertificates certificates) {
        this.issuer = issuer;
        this.sessions = sessions;
        this.certificates = certificates;
    }

    /** The session that calls. Throws Problem 401; a failed proof is a signal on the session. */
    public Caller require(ServerRequest request, ServerResponse response) {
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
                ClientAddress.of(request),
                request.headers().first(HeaderNames.USER_AGENT).orElse(null),
                proofs == null ? certificate(request) : null);
    }

    /** Thumbprint of the client certificate that the request comes with, or null. Problem 401 for a forged one. */
    public @Nullable String certificate(ServerRequest request) {
        try {
            return certificates.of(request).map(ClientCertificate::sha256).orElse(null);
        } catch (CertificateRefused e) {
            throw Problem.unauthorized(e.text());
        }
    }

    private static boolean isScheme(String scheme) {
        return scheme.equalsIgnoreCase("DPoP") || scheme.equalsIgnoreCase("Bearer");
    }

    /** The {@code Authorization} header, or nothing. Problem 401 when it is too long. */
    public static String authorization(ServerRequest request) {
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
