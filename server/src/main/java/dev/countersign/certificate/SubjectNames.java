package dev.countersign.certificate;

import dev.countersign.CertificateSettings.Login;
import dev.countersign.CertificateSettings.NameKind;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Names in certificates, compared as RFC 8705 §2.1.2 wants it. */
final class SubjectNames {
    /** Alternative names of one certificate. */
    static final int MAX_NAMES = 100;

    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    private SubjectNames() {}

    /** Throws {@link IllegalArgumentException} for a name that no certificate can have. */
    static void requireReadable(Login.Named named) {
        if (named.kind() == NameKind.SUBJECT_DN) {
            var _ = new X500Principal(named.value());
        } else if (named.kind() == NameKind.SAN_IP) {
            var _ = InetAddress.ofLiteral(named.value());
        }
    }

    /** Whether the certificate has exactly this name; no wildcards. */
    static boolean has(X509Certificate certificate, Login.Named named) {
        var value = named.value();
        return switch (named.kind()) {
            // RFC 4514 text on our side, compared as RFC 5280 §7.1 compares
            case SUBJECT_DN -> certificate.getSubjectX500Principal().equals(new X500Principal(value));
            case SAN_DNS -> alternative(certificate, DNS).stream().anyMatch(value::equalsIgnoreCase);
            case SAN_URI -> alternative(certificate, URI).contains(value);
            case SAN_IP -> {
                var address = InetAddress.ofLiteral(value);
                yield alternative(certificate, IP).stream()
                        .map(InetAddress::ofLiteral)
                        .anyMatch(address::equals);
            }
            case SAN_EMAIL -> alternative(certificate, EMAIL).contains(value);
        };
    }

    /** Its URI names. */
    static List<String> uris(X509Certificate certificate) {
        return alternative(certificate, URI);
    }

    private static List<String> alternative(X509Certificate certificate, int type) {
        try {
            var all = certificate.getSubjectAlternativeNames();
            if (all == null) {
                return List.of();
            }
            if (all.size() > MAX_NAMES) {
                throw CertificateRefused.untrusted("The certificate has more than " + MAX_NAMES + " names");
            }
            var names = new ArrayList<String>();
            for (var name : all) {
                if (name.get(0).equals(type) && name.get(1) instanceof String text) {
                    names.add(text);
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            throw CertificateRefused.untrusted("The names of the certificate cannot be read");
        }
    }
}
