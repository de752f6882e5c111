package dev.countersign.certificate;

import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Path validation (RFC 5280 §6) by the JDK's PKIX, with what it leaves to its caller: constraints that the anchor itself states
 * (§6.2), its time, and the sizes of keys. Nothing is fetched.
 */
final class TrustPath {
    /** The caller's certificate and those between it and an anchor. */
    static final int MAX_DEPTH = 5;

    private static final String NAME_CONSTRAINTS = "2.5.29.30";
    private static final int KEY_CERT_SIGN = 5;

    private TrustPath() {}

    /**
     * Follows the chain, in the order in which it was sent, to one of {@code anchors}. Throws {@link CertificateRefused}.
     *
     * @param revocations lists that must cover every certificate of the path, or null when none are kept
     */
    static void validate(
            ClientCertificate certificate,
            Collection<X509Certificate> anchors,
            @Nullable Collection<X509CRL> revocations,
            Instant now) {
        var path = withoutAnchors(certificate.chain(), anchors);
        if (path.isEmpty() || path.getFirst().getBasicConstraints() >= 0) {
            throw CertificateRefused.untrusted("The certificate is one of a certification authority");
        }
        if (path.size() > MAX_DEPTH) {
            throw CertificateRefused.untrusted("The certificate is further than " + MAX_DEPTH + " from its authority");
        }
        path.forEach(KeySizes::require);
        var refused = CertificateRefused.untrusted("The certificate does not chain to an authority that is believed");
        var issuer = path.getLast().getIssuerX500Principal();
        for (var anchor : anchors) { // several of one name: one of them is the next
            if (issuer.equals(anchor.getSubjectX500Principal())) {
                try {
                    follow(path, anchor, revocations, now);
                    return;
                } catch (CertificateRefused e) {
                    refused = e;
                }
            }
        }
        throw refused;
    }

    private static List<X509Certificate> withoutAnchors(List<X509Certificate> chain, Collection<X509Certificate> all) {
        var end = chain.size();
        while (end > 0 && all.contains(chain.get(end - 1))) {
            end--;
        }
        return chain.subList(0, end);
    }

    private static void follow(
            List<X509Certificate> path,
            X509Certificate anchor,
            @Nullable Collection<X509CRL> revocations,
            Instant now) {
        requireAuthority(anchor, now);
        requirePathLength(path, anchor);
        if (anchor.getExtensionValue(NAME_CONSTRAINTS) == null) {
            validate(path, new TrustAnchor(anchor, null), revocations, now);
            return;
        }
        // The JDK knows no constraints on names in an anchor, but follows those of a certificate on the way: so the
        // anchor,
        // which is self-signed, goes on the way, and its key is what is trusted.
        var withAnchor = new ArrayList<>(path);
        withAnchor.add(anchor);
        validate(
                withAnchor,
                new TrustAnchor(anchor.getSubjectX500Principal(), anchor.getPublicKey(), null),
                revocations,
                now);
    }

    private static void requireAuthority(X509Certificate anchor, Instant now) {
        var usage = anchor.getKeyUsage();
        if (anchor.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            throw CertificateRefused.untrusted("What is configured as the certificate's authority is none");
        }
        if (now.isBefore(anchor.getNotBefore().toInstant())
                || now.isAfter(anchor.getNotAfter().toInstant())) {
            throw CertificateRefused.untrusted("The certificate's authority is not valid now");
        }
    }

    /** RFC 5280 §6.1.4 (l), (m) for the anchor, which PKIX takes as given. */
    private static void requirePathLength(List<X509Certificate> path, X509Certificate anchor) {
        var between = path.stream()
                .skip(1)
                .filter(one -> !one.getSubjectX500Principal().equals(one.getIssuerX500Principal()))
                .count();
        if (between > anchor.getBasicConstraints()) {
            throw CertificateRefused.untrusted("The certificate is further from its authority than that one allows");
        }
    }

    private static void validate(
            List<X509Certificate> path, TrustAnchor anchor, @Nullable Collection<X509CRL> revocations, Instant now) {
        try {
            var validator = CertPathValidator.getInstance("PKIX");
            var parameters = new PKIXParameters(Set.of(anchor));
            parameters.setDate(Date.from(now));
            parameters.setRevocationEnabled(revocations != null);
            if (revocations != null) {
                var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
                checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK)); // nobody is asked
                parameters.addCertPathChecker(checker);
                parameters.addCertStore(
                        CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
            }
            validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (CertPathValidatorException e) {
            throw CertificateRefused.untrusted(text(e));
        } catch (CertificateException e) {
            throw CertificateRefused.untrusted("The certificate cannot be read");
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("This JDK does not validate certificates", e);
        }
    }

    private static String text(CertPathValidatorException e) {
        var reason = e.getReason();
        if (reason instanceof BasicReason basic) {
            return switch (basic) {
                case EXPIRED -> "The certificate has expired";
                case NOT_YET_VALID -> "The certificate is not valid yet";
                case REVOKED -> "The certificate was revoked";
                case UNDETERMINED_REVOCATION_STATUS -> "No current revocation list covers the certificate";
                case INVALID_SIGNATURE -> "The signature of the certificate does not verify";
                case ALGORITHM_CONSTRAINED -> "The certificate uses an algorithm that is not accepted";
                case UNSPECIFIED -> "The certificate is not acceptable";
            };
        }
        if (reason instanceof PKIXReason pkix) {
            return switch (pkix) {
                case NAME_CHAINING, NO_TRUST_ANCHOR ->
                    "The certificate does not chain to an authority that is believed";
                case INVALID_NAME -> "A name of the certificate is outside of what its authority may name";
                case PATH_TOO_LONG, NOT_CA_CERT -> "The certificate was issued by one that may not issue it";
                case INVALID_KEY_USAGE -> "A certificate of the chain is not for this use";
                case UNRECOGNIZED_CRIT_EXT -> "The certificate has a critical extension that is not known here";
                case INVALID_POLICY -> "The certificate's policies are not acceptable";
            };
        }
        return "The certificate is not acceptable";
    }
}
