package dev.countersign.session;

import io.helidon.webserver.http.ServerRequest;

/** {@code refresh_token} (RFC 6749 §6), with a proof by the session's key, also from clients with keys (RFC 9449 §5). */
final class RefreshGrant {
    private final Clients clients;
    private final TokenProofs proofs;
    private final RefreshTokens tokens;

    RefreshGrant(Clients clients, TokenProofs proofs, RefreshTokens tokens) {
        this.clients = clients;
        this.proofs = proofs;
        this.tokens = tokens;
    }

    RefreshTokens.Used.Good use(ServerRequest request, OAuthForm form) {
        var client = clients.authenticate(form);
        var token = form.text("refresh_token");
        form.refuse("scope");
        var thumbprint = proofs.require(request);
        return switch (tokens.use(token, client.id(), thumbprint)) {
            case RefreshTokens.Used.Good good -> good;
            case RefreshTokens.Used.Reused reused ->
                throw OAuthError.invalidGrant("The refresh token was used before: its session has ended");
            case RefreshTokens.Used.Suspended suspended ->
                throw OAuthError.invalidGrant("The session is suspended until a step-up");
            case RefreshTokens.Used.OtherKey other -> throw unknown();
            case RefreshTokens.Used.Unknown unknown -> throw unknown();
        };
    }

    private static OAuthError unknown() {
        return OAuthError.invalidGrant("The refresh token is not good for this request");
    }
}
