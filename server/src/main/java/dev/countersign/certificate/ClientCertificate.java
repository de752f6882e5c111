package dev.countersign.certificate;

import dev.countersign.key.Sha256;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate whose key the caller has, as TLS proved to us or to a proxy that we believe. Nothing is known yet of who issued
 * it.
 *
 * @param chain the caller's own, then what it sent beside; never empty
 */
public record ClientCertificate(List<X509Certificate> chain) {
    public ClientCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("No certificate");
        }
    }

    /** The caller's own. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** {@code x5t#S256} (RFC 8705 §3.1): base64url SHA-256 of its DER. */
    public String sha256() {
        return sha256(leaf());
    }

    static String sha256(X509Certificate certificate) {
        try {
            return Sha256.base64url(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw CertificateRefused.untrusted("The certificate cannot be read");
        }
    }

    /** When the first of the chain expires. */
    public Instant notAfter() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    @Override
    public String toString() {
        return "ClientCertificate[" + sha256() + ']';
    }
}
