package dev.countersign.certificate;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** {@code Client-Cert} and {@code Client-Cert-Chain} (RFC 9440 §2): DER in structured fields' byte sequences (RFC 9651 §3.3.5). */
final class ClientCertHeader {
    /** Longest value, characters. */
    static final int MAX_LENGTH = 24 * 1024;

    private ClientCertHeader() {}

    /**
     * @param certificate value of {@code Client-Cert}
     * @param chain value of {@code Client-Cert-Chain}, or ""
     */
    static ClientCertificate read(String certificate, String chain) {
        var all = new ArrayList<X509Certificate>();
        all.add(sequence(certificate));
        if (!chain.isBlank()) {
            var members = List.of(bounded(chain).split(",", -1));
            if (members.size() >= CertificateText.MAX_CHAIN) {
                throw CertificateRefused.untrusted("More than " + CertificateText.MAX_CHAIN + " certificates");
            }
            members.forEach(member -> all.add(sequence(member)));
        }
        return new ClientCertificate(all);
    }

    /** Parameters of the item are refused: RFC 9440 defines none. */
    private static X509Certificate sequence(String item) {
        var text = bounded(item).strip();
        if (text.length() < 2 || !text.startsWith(":") || !text.endsWith(":")) {
            throw unreadable();
        }
        try {
            return CertificateText.der(Base64.getDecoder().decode(text.substring(1, text.length() - 1)));
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
    }

    private static String bounded(String value) {
        if (value.length() > MAX_LENGTH) {
            throw CertificateRefused.untrusted("A forwarded certificate is longer than " + MAX_LENGTH + " characters");
        }
        return value;
    }

    private static CertificateRefused unreadable() {
        return CertificateRefused.untrusted("Client-Cert is not one byte sequence (RFC 9440)");
    }
}
