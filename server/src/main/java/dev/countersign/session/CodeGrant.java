package dev.countersign.session;

import io.helidon.webserver.http.ServerRequest;

/** {@code authorization_code} (RFC 6749 §4.1.3) with PKCE and DPoP. */
final class CodeGrant {
    private final Clients clients;
    private final TokenProofs proofs;
    private final CodeGrants codes;

    CodeGrant(Clients clients, TokenProofs proofs, CodeGrants codes) {
        this.clients = clients;
        this.proofs = proofs;
        this.codes = codes;
    }

    Session session(ServerRequest request, OAuthForm form) {
        var client = clients.authenticate(form);
        var code = form.text("code");
        var redirectUri = form.text("redirect_uri");
        var verifier = form.text("code_verifier");
        var thumbprint = proofs.require(request);
        var session = codes.redeem(code, client.id(), redirectUri, verifier, thumbprint)
                .orElseThrow(() -> OAuthError.invalidGrant("The code is not good for this request"));
        if (!session.client().equals(client.id())
                || !(session.binding() instanceof Binding.DpopKey key)
                || !key.thumbprint().equals(thumbprint)) {
            throw OAuthError.invalidGrant("The code is not good for this request");
        }
        return session;
    }
}
