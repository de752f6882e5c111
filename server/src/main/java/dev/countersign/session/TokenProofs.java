package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.http.Listener;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the DPoP proof of a request to the token endpoint (RFC 9449 §5). */
final class TokenProofs {
    static final HeaderName DPOP = HeaderNames.create("DPoP");

    private final String endpoint;
    private final @Nullable String mutualEndpoint;
    private final DpopProofs proofs;
    private final DpopNonces nonces;

    TokenProofs(Settings settings, DpopProofs proofs, DpopNonces nonces) {
        this.endpoint = settings.issuer() + "/oauth/token";
        var tls = settings.tls();
        this.mutualEndpoint =
                tls == null || tls.mutual() == null ? null : tls.mutual().url() + "/oauth/token";
        this.proofs = proofs;
        this.nonces = nonces;
    }

    String nonce() {
        return nonces.current();
    }

    /** The thumbprint of the key that the request proves. */
    String require(ServerRequest request) {
        var headers = request.headers().contains(DPOP)
                ? Optional.of(request.headers().get(DPOP).allValues())
                : Optional.<java.util.List<String>>empty();
        if (headers.isEmpty()) {
            throw invalid("Send one DPoP header with a proof");
        }
        if (headers.get().size() != 1) {
            throw invalid("Send exactly one DPoP header");
        }
        try {
            var proof = proofs.verify(headers.get().getFirst(), "POST", endpoint(request), null);
            return switch (nonces.use(proof)) {
                case FIRST -> proof.thumbprint();
                case REPLAYED -> throw invalid("The proof was used before");
                case UNKNOWN_NONCE ->
                    throw new OAuthError(400, "use_dpop_nonce", "The proof needs the nonce of the DPoP-Nonce header");
            };
        } catch (InvalidProof e) {
            throw invalid(e.text());
        }
    }

    /** At the port that asks for certificates, its alias (RFC 8705 §5) is the URI of the request. */
    private String endpoint(ServerRequest request) {
        var name = request.listenerContext().config().name();
        return mutualEndpoint != null && Listener.MUTUAL.equals(name) ? mutualEndpoint : endpoint;
    }

    private static OAuthError invalid(String text) {
        return new OAuthError(400, "invalid_dpop_proof", text);
    }
}
