package dev.countersign;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose client certificates are believed, and who may pass them on.
 *
 * @param authorities that issue certificates of clients ({@code tls_client_auth}, RFC 8705 §2.1)
 * @param svids true: an X.509-SVID of a trust domain of the doors opens a session
 * @param proxies that end TLS in front of us and tell which certificate they saw
 * @param maxSession longest that a session lives that a certificate or a service's key opened; never longer than the certificate
 */
public record CertificateSettings(
        List<Authority> authorities, boolean svids, List<Proxy> proxies, Duration maxSession) {
    /** How long such a session lives when nothing is said. */
    public static final Duration MAX_SESSION = Duration.ofHours(1);

    /** None. */
    public static final CertificateSettings NONE = new CertificateSettings(List.of(), false, List.of(), MAX_SESSION);

    public CertificateSettings {
        authorities = List.copyOf(authorities);
        proxies = List.copyOf(proxies);
        var names = new HashSet<String>();
        for (var authority : authorities) {
            if (!names.add(authority.name())) {
                throw new IllegalArgumentException("Two authorities have the same name: " + authority.name());
            }
        }
    }

    /**
     * A certification authority of the enterprise. Its files are read again when they change.
     *
     * @param anchors PEM file with its CA certificates
     * @param crl file with the certificate revocation lists (RFC 5280 §5) of every authority on the way to an anchor, PEM or one
     *     in DER; null: nothing is revoked
     */
    public record Authority(
            String name, Path anchors, @Nullable Path crl) {}

    /**
     * A proxy that ends TLS. It proves itself by its secret or by its own certificate; at least one is not null.
     *
     * @param header in which it says which certificate it saw
     * @param secretSha256 hex SHA-256 of what it sends as {@code Countersign-Proxy-Secret}, or null
     * @param certificateSha256 base64url SHA-256 of its own certificate, with which it connects to the mutual port, or null
     */
    public record Proxy(
            String name,
            Header header,
            @Nullable String secretSha256,
            @Nullable String certificateSha256) {
        public Proxy {
            if (secretSha256 == null && certificateSha256 == null) {
                throw new IllegalArgumentException("The proxy " + name + " has nothing to prove itself by");
            }
        }
    }

    /** How a proxy tells. */
    public enum Header {
        /** {@code Client-Cert} and {@code Client-Cert-Chain} (RFC 9440). */
        CLIENT_CERT,

        /** Envoy's {@code X-Forwarded-Client-Cert}, with {@code Cert} or {@code Chain}. */
        X_FORWARDED_CLIENT_CERT
    }

    /** How a client authenticates by its certificate. */
    public sealed interface Login {
        /**
         * {@code tls_client_auth} (RFC 8705 §2.1.2): an authority vouches for exactly this name.
         *
         * @param authority name of the authority
         */
        record Named(String authority, NameKind kind, String value) implements Login {}

        /**
         * {@code self_signed_tls_client_auth} (RFC 8705 §2.2): exactly one of these certificates.
         *
         * @param jwks JWK set, JSON; each key with its certificate in {@code x5c}
         */
        record SelfSigned(String jwks) implements Login {}
    }

    /** Where the name stands in the certificate, as RFC 8705 §2.1.2 calls it. */
    public enum NameKind {
        SUBJECT_DN,
        SAN_DNS,
        SAN_URI,
        SAN_IP,
        SAN_EMAIL
    }
}
