package dev.countersign.certificate;

import dev.countersign.trust.SpiffeId;
import dev.countersign.trust.TrustBundle;
import dev.countersign.trust.TrustBundles;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;

/** X.509-SVIDs: whom a certificate names, and whether that trust domain says so (SPIFFE X509-SVID §5). */
final class X509Svids {
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private final TrustBundles bundles;
    private final InstantSource clock;

    X509Svids(TrustBundles bundles, InstantSource clock) {
        this.bundles = bundles;
        this.clock = clock;
    }

    /** True when it claims to be one: it has a URI name of the scheme {@code spiffe}. */
    static boolean isOne(X509Certificate leaf) {
        return SubjectNames.uris(leaf).stream().anyMatch(uri -> uri.startsWith("spiffe:"));
    }

    /**
     * The workload. Throws {@link CertificateRefused}, and {@link dev.countersign.trust.TrustUnavailable} when the trust domain's
     * bundle cannot be had.
     */
    SpiffeId verify(ClientCertificate certificate) {
        var id = id(certificate.leaf());
        requireLeaf(certificate.leaf());
        // Only the bundle of the domain that the id names: keys of one domain never speak for another.
        var bundle = bundles.of(id.trustDomain())
                .orElseThrow(() -> CertificateRefused.untrusted("The trust domain is not configured"));
        try {
            follow(certificate, bundle);
        } catch (CertificateRefused refused) {
            var newer = bundles.newer(bundle); // its authorities may have rotated
            if (newer.equals(bundle)) {
                throw refused;
            }
            follow(certificate, newer);
        }
        return id;
    }

    private void follow(ClientCertificate certificate, TrustBundle bundle) {
        TrustPath.validate(certificate, bundle.x509Authorities(), null, clock.instant());
    }

    /** §2: exactly one URI name; §3.1: a SPIFFE ID with a path. */
    private static SpiffeId id(X509Certificate leaf) {
        var uris = SubjectNames.uris(leaf);
        if (uris.size() != 1) {
            throw CertificateRefused.untrusted("An SVID has exactly one URI name");
        }
        return SpiffeId.of(uris.getFirst())
                .orElseThrow(() -> CertificateRefused.untrusted("The URI name is not the SPIFFE ID of a workload"));
    }

    /** §4.1, §4.3, §4.4, §5.2. */
    private static void requireLeaf(X509Certificate leaf) {
        if (leaf.getBasicConstraints() >= 0) {
            throw CertificateRefused.untrusted("The certificate is one of a certification authority");
        }
        var critical = leaf.getCriticalExtensionOIDs();
        var usage = leaf.getKeyUsage();
        if (usage == null || critical == null || !critical.contains(KEY_USAGE)) {
            throw CertificateRefused.untrusted("An SVID says critically what its key is for");
        }
        if (!usage[DIGITAL_SIGNATURE] || usage[KEY_CERT_SIGN] || usage[CRL_SIGN]) {
            throw CertificateRefused.untrusted(
                    "The key of an SVID signs, and neither certificates nor revocation lists");
        }
        if (leaf.getSubjectX500Principal().getEncoded().length <= 2 && !critical.contains(ALTERNATIVE_NAMES)) {
            throw CertificateRefused.untrusted("Without a subject, the SPIFFE ID of an SVID is critical");
        }
        try {
            var purposes = leaf.getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(CLIENT_AUTH)) {
                throw CertificateRefused.untrusted("The certificate is not for clients");
            }
        } catch (CertificateParsingException e) {
            throw CertificateRefused.untrusted("The certificate cannot be read");
        }
    }
}
