package dev.countersign.lab.attack;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Issues certificates of workloads and servers, as a trust domain's authority does. */
final class WorkloadAuthority {
    private static final int SERIAL_BITS = 120;
    private static final Duration LIFE = Duration.ofHours(1);

    private final SecureRandom random;
    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    WorkloadAuthority(String name, SecureRandom random) {
        this.random = random;
        this.name = new X500Name("CN=" + name);
        this.keys = newKeys();
        this.certificate = sign(this.name, keys, null, Instant.now().plus(LIFE), true);
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** For a server on this machine. */
    Issued server() {
        return issue(
                new GeneralName(GeneralName.dNSName, "localhost"), Instant.now().plus(LIFE));
    }

    /** An X.509-SVID. */
    Issued svid(String id) {
        return svid(id, Instant.now().plus(LIFE));
    }

    Issued svid(String id, Instant until) {
        return issue(new GeneralName(GeneralName.uniformResourceIdentifier, id), until);
    }

    private Issued issue(GeneralName alternative, Instant until) {
        var subject = newKeys();
        return new Issued(subject, sign(new X500Name("CN=workload"), subject, alternative, until, false));
    }

    private KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no P-256", e);
        }
    }

    private X509Certificate sign(
            X500Name subject, KeyPair subjectKeys, @Nullable GeneralName alternative, Instant until, boolean ca) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(SERIAL_BITS, random),
                    Date.from(until.minus(LIFE.multipliedBy(2))),
                    Date.from(until),
                    subject,
                    subjectKeys.getPublic());
            var usage = ca ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (alternative != null) {
                var purposes = new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternative));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("No certificate could be made", e);
        }
    }

    /** A certificate with its key. */
    record Issued(KeyPair keys, X509Certificate certificate) {
        /** {@code x5t#S256}. */
        String sha256() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(encoded(certificate)));
        }

        private static byte[] sha256(byte[] bytes) {
            try {
                return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e); // every Java platform has it
            }
        }
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate of ours cannot be written", e);
        }
    }

    /** TLS that trusts servers of this authority and shows {@code own}, if it is asked and has one. */
    SSLContext tls(@Nullable Issued own) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("servers", certificate);
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            var keyStore = KeyStore.getInstance("PKCS12");
            keyStore.load(null, null);
            if (own != null) {
                keyStore.setKeyEntry(
                        "own", own.keys().getPrivate(), new char[0], new X509Certificate[] {own.certificate()});
            }
            var managers = KeyManagerFactory.getInstance("SunX509");
            managers.init(keyStore, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trust.getTrustManagers(), random);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This JDK has no TLS", e);
        }
    }
}
