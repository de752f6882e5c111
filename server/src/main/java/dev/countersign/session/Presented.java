package dev.countersign.session;

import org.jspecify.annotations.Nullable;

/**
 * What a caller presented to an enforcement point, as the enforcement point saw it.
 *
 * @param token the access token
 * @param scheme {@code DPoP} or {@code Bearer}
 * @param proof the DPoP proof JWT, or null
 * @param method HTTP method of the protected request
 * @param uri its target URI
 * @param ip client address, or null
 * @param userAgent or null
 * @param certificate base64url SHA-256 of the client certificate, or null
 */
public record Presented(
        String token,
        String scheme,
        @Nullable String proof,
        String method,
        String uri,
        @Nullable String ip,
        @Nullable String userAgent,
        @Nullable String certificate) {
    /** The same, without a certificate: the enforcement point may not vouch for one. */
    public Presented withoutCertificate() {
        return certificate == null ? this : new Presented(token, scheme, proof, method, uri, ip, userAgent, null);
    }

    @Override
    public String toString() {
        return "Presented[" + scheme + " " + method + "]";
    }
}
