package dev.countersign.certificate;

import dev.countersign.CertificateSettings;
import dev.countersign.tls.Reloaded;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The enterprise's certification authorities, by name, as their files have them now. */
final class Authorities {
    /** CA certificates of one authority. */
    static final int MAX_ANCHORS = 100;

    /** Largest file with CA certificates, bytes. */
    static final int MAX_ANCHOR_BYTES = 1 << 20;

    /** Largest file with revocation lists, bytes. */
    static final int MAX_CRL_BYTES = 16 << 20;

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int DIGITAL_SIGNATURE = 0;

    private final Map<String, Authority> authorities = new LinkedHashMap<>();
    private final InstantSource clock;

    /** Throws {@link IllegalArgumentException} when a file cannot be used. */
    Authorities(List<CertificateSettings.Authority> settings, InstantSource clock) {
        this.clock = clock;
        for (var one : settings) {
            var crl = one.crl();
            authorities.put(
                    one.name(),
                    new Authority(
                            new Reloaded<>(
                                    List.of(one.anchors()),
                                    MAX_ANCHOR_BYTES,
                                    files -> CertificateText.pem(files.getFirst(), MAX_ANCHORS)),
                            crl == null
                                    ? null
                                    : new Reloaded<>(
                                            List.of(crl),
                                            MAX_CRL_BYTES,
                                            files -> CertificateText.revocationLists(files.getFirst()))));
        }
    }

    boolean has(String name) {
        return authorities.containsKey(name);
    }

    /** The certificate is one for clients, and this authority vouches for it. Throws {@link CertificateRefused}. */
    void require(String name, ClientCertificate certificate) {
        var authority = authorities.get(name);
        if (authority == null) {
            throw CertificateRefused.untrusted("The authority is not configured");
        }
        requireForClients(certificate.leaf());
        var revocations = authority.revocations();
        TrustPath.validate(
                certificate,
                authority.anchors().current(),
                revocations == null ? null : revocations.current(),
                clock.instant());
    }

    /** RFC 5280 §4.2.1.12: what a client certificate of an authority for many uses must say. */
    private static void requireForClients(X509Certificate leaf) {
        try {
            var purposes = leaf.getExtendedKeyUsage();
            if (purposes == null || !purposes.contains(CLIENT_AUTH)) {
                throw CertificateRefused.untrusted("The certificate is not for clients");
            }
        } catch (CertificateParsingException e) {
            throw CertificateRefused.untrusted("The certificate cannot be read");
        }
        var usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw CertificateRefused.untrusted("The certificate's key is not for signatures");
        }
    }

    private record Authority(
            Reloaded<List<X509Certificate>> anchors,
            @Nullable Reloaded<List<X509CRL>> revocations) {}
}
