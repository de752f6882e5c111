package dev.countersign.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certification authority that issues whatever a test wants, good or bad. */
public final class TestAuthority {
    /** A certificate with its key and what is sent beside it. */
    public record Issued(KeyPair keys, List<X509Certificate> chain) {
        public X509Certificate leaf() {
            return chain.getFirst();
        }

        public String sha256() {
            return ClientCertificate.sha256(leaf());
        }
    }

    private final KeyPair keys;
    private final X509Certificate certificate;
    private final List<X509Certificate> above;

    private TestAuthority(KeyPair keys, X509Certificate certificate, List<X509Certificate> above) {
        this.keys = keys;
        this.certificate = certificate;
        this.above = above;
    }

    /** A self-signed one. */
    public static TestAuthority root(String name) {
        return root(name, -1, null);
    }

    /** One that states path length (-1: none) and the only URI host that it may name (null: any). */
    public static TestAuthority root(String name, int pathLength, @Nullable String uriHost) {
        var keys = ec();
        var builder = new Wanted(name).ca(pathLength);
        var certificate = sign(builder.permitting(uriHost), keys, name, keys);
        return new TestAuthority(keys, certificate, List.of());
    }

    /** One below this. */
    public TestAuthority intermediate(String name) {
        var below = ec();
        var issued = sign(new Wanted(name).ca(-1), below, name(), keys);
        var chain = new ArrayList<>(List.of(issued));
        chain.addAll(above);
        return new TestAuthority(below, issued, chain);
    }

    private String name() {
        return certificate.getSubjectX500Principal().getName();
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** What a client of the enterprise usually has. */
    public Issued client(String name, String dns) {
        return issue(new Wanted(name).dns(dns));
    }

    /** An SVID as an issuer of SPIFFE makes it. */
    public Issued svid(String id) {
        return issue(new Wanted("workload").uri(id));
    }

    public Issued issue(Wanted wanted) {
        var subject = wanted.keys == null ? ec() : wanted.keys;
        var chain = new ArrayList<X509Certificate>();
        chain.add(sign(wanted, subject, name(), keys));
        chain.addAll(above);
        return new Issued(subject, chain);
    }

    /** A certificate that nobody vouches for. */
    public static Issued selfSigned(Wanted wanted) {
        var subject = ec();
        return new Issued(subject, List.of(sign(wanted, subject, "CN=" + wanted.name, subject)));
    }

    /** A list that revokes these. */
    public X509CRL revoking(Instant thisUpdate, Instant nextUpdate, X509Certificate... revoked) {
        try {
            var builder = new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(thisUpdate));
            builder.setNextUpdate(Date.from(nextUpdate));
            for (var one : revoked) {
                builder.addCRLEntry(one.getSerialNumber(), Date.from(thisUpdate), CRLReason.keyCompromise);
            }
            return new JcaX509CRLConverter()
                    .getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that can be wrong with a certificate. */
    public static final class Wanted {
        private final String name;
        private final List<GeneralName> names = new ArrayList<>();
        private Instant from = Instant.now().minus(Duration.ofHours(1));
        private Instant until = Instant.now().plus(Duration.ofHours(24));
        private int usage = KeyUsage.digitalSignature;
        private boolean usageCritical = true;
        private List<KeyPurposeId> purposes = List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
        private boolean ca;
        private int pathLength = -1;
        private @Nullable String uriHost;
        private @Nullable KeyPair keys;

        public Wanted(String name) {
            this.name = name;
        }

        public Wanted dns(String dns) {
            names.add(new GeneralName(GeneralName.dNSName, dns));
            return this;
        }

        public Wanted uri(String uri) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
            return this;
        }

        public Wanted ip(String ip) {
            names.add(new GeneralName(GeneralName.iPAddress, ip));
            return this;
        }

        public Wanted email(String email) {
            names.add(new GeneralName(GeneralName.rfc822Name, email));
            return this;
        }

        public Wanted valid(Instant notBefore, Instant notAfter) {
            from = notBefore;
            until = notAfter;
            return this;
        }

        public Wanted usage(int bits, boolean critical) {
            usage = bits;
            usageCritical = critical;
            return this;
        }

        public Wanted purposes(KeyPurposeId... wanted) {
            purposes = List.of(wanted);
            return this;
        }

        public Wanted keys(KeyPair pair) {
            keys = pair;
            return this;
        }

        public Wanted ca(int length) {
            ca = true;
            pathLength = length;
            usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
            purposes = List.of();
            return this;
        }

        private Wanted permitting(@Nullable String host) {
            uriHost = host;
            return this;
        }
    }

    private static X509Certificate sign(Wanted wanted, KeyPair subject, String issuer, KeyPair signer) {
        try {
            var issuerName = new X500Name(issuer.startsWith("CN=") ? issuer : "CN=" + issuer);
            var builder = new JcaX509v3CertificateBuilder(
                    issuerName,
                    new BigInteger(120, new SecureRandom()),
                    Date.from(wanted.from),
                    Date.from(wanted.until),
                    new X500Name(wanted.name.startsWith("CN=") ? wanted.name : "CN=" + wanted.name),
                    subject.getPublic());
            builder.addExtension(Extension.keyUsage, wanted.usageCritical, new KeyUsage(wanted.usage));
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    !wanted.ca
                            ? new BasicConstraints(false)
                            : wanted.pathLength < 0
                                    ? new BasicConstraints(true)
                                    : new BasicConstraints(wanted.pathLength));
            if (!wanted.purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(wanted.purposes.toArray(KeyPurposeId[]::new)));
            }
            if (!wanted.names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(wanted.names.toArray(GeneralName[]::new)));
            }
            if (wanted.uriHost != null) {
                var permitted =
                        new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, wanted.uriHost));
                builder.addExtension(
                        Extension.nameConstraints, true, new NameConstraints(new GeneralSubtree[] {permitted}, null));
            }
            var algorithm = signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
        } catch (OperatorCreationException | CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair ec() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair rsa(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(X509Certificate... certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                text.append(pem("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return text.toString();
    }

    public static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    public static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            var beside = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(beside, text);
            Files.move(
                    beside,
                    file,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
