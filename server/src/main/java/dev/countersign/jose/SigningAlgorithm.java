package dev.countersign.jose;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/** The signature algorithms that are accepted (RFC 7518 §3.1, RFC 8037, RFC 9864), all asymmetric. */
public enum SigningAlgorithm {
    ES256("ES256", "SHA256withECDSAinP1363Format"),
    ES384("ES384", "SHA384withECDSAinP1363Format"),
    PS256("PS256", "RSASSA-PSS"),
    RS256("RS256", "SHA256withRSA"),
    EDDSA("EdDSA", "Ed25519"),
    ED25519("Ed25519", "Ed25519");

    /** Smallest RSA modulus (RFC 7518 §3.3), bits. */
    static final int MIN_RSA_BITS = 2048;

    /** Largest RSA modulus, bits: what a caller's key may cost us. */
    static final int MAX_RSA_BITS = 4096;

    /** Largest RSA public exponent, bits. */
    static final int MAX_RSA_EXPONENT_BITS = 33;

    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final String id;
    private final String jca;

    SigningAlgorithm(String id, String jca) {
        this.id = id;
        this.jca = jca;
    }

    /** The {@code alg} value. */
    public String id() {
        return id;
    }

    /** The algorithm named {@code alg}. Throws {@link InvalidJws} when it is not accepted: none, HMAC, unknown. */
    public static SigningAlgorithm of(String alg) {
        for (var algorithm : values()) {
            if (algorithm.id.equals(alg)) {
                return algorithm;
            }
        }
        throw new InvalidJws("The algorithm is not accepted");
    }

    /** True when {@code key} is of the type and size that the algorithm needs. */
    public boolean fits(PublicKey key) {
        return switch (this) {
            case ES256 -> isOnCurve(key, 256);
            case ES384 -> isOnCurve(key, 384);
            case PS256, RS256 -> key instanceof RSAPublicKey rsa && isFair(rsa);
            case EDDSA, ED25519 -> key instanceof EdECPublicKey;
        };
    }

    private static boolean isFair(RSAPublicKey key) {
        var bits = key.getModulus().bitLength();
        return bits >= MIN_RSA_BITS
                && bits <= MAX_RSA_BITS
                && key.getPublicExponent().bitLength() <= MAX_RSA_EXPONENT_BITS;
    }

    private static boolean isOnCurve(PublicKey key, int bits) {
        return key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == bits;
    }

    /** True when {@code signature} over {@code input} verifies with {@code key}. */
    public boolean verify(PublicKey key, byte[] input, byte[] signature) {
        if (!fits(key)) {
            return false;
        }
        try {
            var verifier = signer();
            verifier.initVerify(key);
            verifier.update(input);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // providers differ: some throw for a malformed signature, some say false
        }
    }

    /** Signs {@code input}. */
    public byte[] sign(PrivateKey key, byte[] input) {
        try {
            var signer = signer();
            signer.initSign(key);
            signer.update(input);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Signing failed", e);
        }
    }

    private Signature signer() throws GeneralSecurityException {
        var signer = Signature.getInstance(jca);
        var parameters = parameters();
        if (parameters != null) {
            signer.setParameter(parameters);
        }
        return signer;
    }

    private @Nullable PSSParameterSpec parameters() {
        return this == PS256 ? PSS : null;
    }
}
