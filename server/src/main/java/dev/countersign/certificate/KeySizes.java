package dev.countersign.certificate;

import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** Keys that are strong enough (NIST SP 800-131A), and not so large that verifying costs much. */
final class KeySizes {
    /** Smallest RSA modulus, bits. */
    static final int MIN_RSA_BITS = 2_048;

    /** Largest RSA modulus, bits. */
    static final int MAX_RSA_BITS = 8_192;

    /** Largest RSA exponent, bits (NIST SP 800-56B allows more, nobody uses it). */
    static final int MAX_RSA_EXPONENT_BITS = 64;

    /** Smallest order of a curve, bits. */
    static final int MIN_EC_BITS = 256;

    private KeySizes() {}

    static void require(X509Certificate certificate) {
        var strong = switch (certificate.getPublicKey()) {
            case RSAPublicKey key ->
                key.getModulus().bitLength() >= MIN_RSA_BITS
                        && key.getModulus().bitLength() <= MAX_RSA_BITS
                        && key.getPublicExponent().bitLength() <= MAX_RSA_EXPONENT_BITS;
            case ECPublicKey key -> key.getParams().getOrder().bitLength() >= MIN_EC_BITS;
            case EdECPublicKey key -> true;
            default -> false;
        };
        if (!strong) {
            throw CertificateRefused.untrusted(
                    "A key of the certificate's chain has a size or type that is not accepted");
        }
    }
}
