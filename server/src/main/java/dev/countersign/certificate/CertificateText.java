package dev.countersign.certificate;

import java.io.ByteArrayInputStream;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/** Reads certificates and revocation lists. */
final class CertificateText {
    /** Certificates of one chain. */
    static final int MAX_CHAIN = 8;

    /** Largest certificate, bytes of DER. */
    static final int MAX_CERTIFICATE_BYTES = 12 * 1024;

    private CertificateText() {}

    /** Exactly one certificate in DER, with nothing after it. */
    static X509Certificate der(byte[] der) {
        if (der.length > MAX_CERTIFICATE_BYTES) {
            throw CertificateRefused.untrusted("The certificate is larger than " + MAX_CERTIFICATE_BYTES + " bytes");
        }
        try {
            var certificate = (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
            if (Arrays.equals(certificate.getEncoded(), der)) {
                return certificate;
            }
        } catch (CertificateException e) {
            // told below, as for one that something follows
        }
        throw CertificateRefused.untrusted("The certificate cannot be read");
    }

    /** All certificates of a PEM text, at least one and at most {@code max}. Throws {@link IllegalArgumentException}. */
    static List<X509Certificate> pem(byte[] pem, int max) {
        try {
            var certificates = factory().generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty() && certificates.size() <= max) {
                return certificates;
            }
        } catch (CertificateException e) {
            // told below, as for none and too many
        }
        throw new IllegalArgumentException("Expected 1 to " + max + " certificates in PEM");
    }

    /** All revocation lists of a file. Throws {@link IllegalArgumentException}. */
    static List<X509CRL> revocationLists(byte[] file) {
        try {
            var lists = factory().generateCRLs(new ByteArrayInputStream(file)).stream()
                    .map(X509CRL.class::cast)
                    .toList();
            if (!lists.isEmpty()) {
                return lists;
            }
        } catch (CertificateException | CRLException e) {
            // told below, as for none
        }
        throw new IllegalArgumentException("Expected certificate revocation lists in PEM or DER");
    }

    private static CertificateFactory factory() throws CertificateException {
        return CertificateFactory.getInstance("X.509");
    }
}
