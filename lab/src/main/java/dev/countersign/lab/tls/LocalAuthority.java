package dev.countersign.lab.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
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
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/** A certification authority of its own, with one certificate for {@code localhost}; its private key is not kept. */
public final class LocalAuthority {
    private static final X500Name AUTHORITY = new X500Name("CN=Countersign lab authority");
    private static final X500Name SERVER = new X500Name("CN=localhost");
    private static final Duration LIFE = Duration.ofDays(2);
    private static final int SERIAL_BITS = 64;

    private final X509Certificate authority;
    private final Path authorityFile;
    private final Path certificate;
    private final Path key;

    private LocalAuthority(X509Certificate authority, Path authorityFile, Path certificate, Path key) {
        this.authority = authority;
        this.authorityFile = authorityFile;
        this.certificate = certificate;
        this.key = key;
    }

    /** Makes one and writes its files to {@code folder}. */
    public static LocalAuthority create(Path folder, SecureRandom random) throws IOException {
        try {
            var keys = KeyPairGenerator.getInstance("EC");
            keys.initialize(new ECGenParameterSpec("secp256r1"), random);
            var authorityKeys = keys.generateKeyPair();
            var serverKeys = keys.generateKeyPair();
            var authority = sign(authorityOf(authorityKeys.getPublic(), random), authorityKeys);
            var server = sign(serverOf(serverKeys.getPublic(), random), authorityKeys);
            return new LocalAuthority(
                    authority,
                    pem(folder.resolve("authority.pem"), new JcaMiscPEMGenerator(authority)),
                    pem(folder.resolve("server.pem"), new JcaMiscPEMGenerator(server)),
                    pem(folder.resolve("server.key"), new JcaPKCS8Generator(serverKeys.getPrivate(), null)));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("No certificate could be made", e);
        }
    }

    private static JcaX509v3CertificateBuilder authorityOf(PublicKey key, SecureRandom random) throws CertIOException {
        var builder = builder(AUTHORITY, key, random);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        return builder;
    }

    private static JcaX509v3CertificateBuilder serverOf(PublicKey key, SecureRandom random) throws CertIOException {
        var builder = builder(SERVER, key, random);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        return builder;
    }

    private static JcaX509v3CertificateBuilder builder(X500Name subject, PublicKey key, SecureRandom random) {
        var now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                AUTHORITY,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(LIFE)),
                subject,
                key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair signer)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }

    private static Path pem(Path file, PemObjectGenerator object) throws IOException {
        var text = new StringWriter();
        try (var pem = new PemWriter(text)) {
            pem.writeObject(object);
        }
        return Files.writeString(file, text.toString());
    }

    /** PEM file with the authority's certificate: what browsers are told to trust. */
    public Path authority() {
        return authorityFile;
    }

    /** PEM file with the certificate for {@code localhost}. */
    public Path certificate() {
        return certificate;
    }

    /** PEM file with its private key, PKCS #8. */
    public Path key() {
        return key;
    }

    /** TLS that trusts this authority and no other. */
    public SSLContext trust() {
        try {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", authority);
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            var tls = SSLContext.getInstance("TLS");
            tls.init(null, managers.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This JDK has no TLS", e);
        }
    }
}
