package dev.countersign.session;

import java.util.Optional;

/** Redeems authorization codes (RFC 6749 §4.1.3) for the sessions they stand for. */
public interface CodeGrants {
    /**
     * The session, when code, client, redirect URI, PKCE verifier (RFC 7636) and DPoP key (RFC 9449 §10) all fit and the
     * code is unused and fresh. A code used twice ends its session (RFC 9700 §2.1.1).
     *
     * @param thumbprint RFC 7638 SHA-256 thumbprint of the key whose proof came with the token request
     */
    Optional<Session> redeem(String code, String client, String redirectUri, String verifier, String thumbprint);
}
