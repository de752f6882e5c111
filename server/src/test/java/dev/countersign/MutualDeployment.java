package dev.countersign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.CertificateSettings.Authority;
import dev.countersign.CertificateSettings.Header;
import dev.countersign.CertificateSettings.Login;
import dev.countersign.CertificateSettings.NameKind;
import dev.countersign.CertificateSettings.Proxy;
import dev.countersign.certificate.TestAuthority;
import dev.countersign.certificate.TestAuthority.Issued;
import dev.countersign.certificate.TestAuthority.Wanted;
import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The whole server over TLS, with a port that asks for certificates, and authorities that issue them. */
final class MutualDeployment implements AutoCloseable {
    static final String VOUCHING_KEY = "api-key-of-a-gateway-that-may-vouch";
    static final String PLAIN_KEY = "api-key-of-a-gateway-that-may-not";
    static final String PROXY_SECRET = "the-proxy-knows-it";

    final TestAuthority servers = TestAuthority.root("servers");
    final TestAuthority enterprise = TestAuthority.root("enterprise");
    final TestAuthority issuing = enterprise.intermediate("issuing");
    final TestAuthority spire = TestAuthority.root("spire of prod.example");
    final TestAuthority otherSpire = TestAuthority.root("spire of other.example");
    final Issued own = TestAuthority.selfSigned(new Wanted("legacy"));
    final Issued pinnedProxy = TestAuthority.selfSigned(new Wanted("mesh proxy"));
    final ECKey serviceKey = newKey();

    final Path folder = TestDatabases.folder();
    final Settings settings;
    final Countersign server;
    final URI plain;
    final URI mutual;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    MutualDeployment(Engine engine) {
        writeServerKey(servers.client("localhost", "localhost"));
        writeAnchors(enterprise);
        writeRevocations();
        writeBundle("prod.example", spire);
        writeBundle("other.example", otherSpire);
        writePolicies();
        var port = FreePort.any();
        var mutualPort = FreePort.any();
        plain = URI.create("https://localhost:" + port);
        mutual = URI.create("https://localhost:" + mutualPort);
        settings = settings(TestDatabases.settings(engine), port, mutualPort);
        try {
            server = Countersign.start(settings, () -> Instant.now().plus(ahead.get()));
        } catch (PolicyLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    private Settings settings(Settings base, int port, int mutualPort) {
        return new Settings(
                        plain,
                        "localhost",
                        port,
                        base.data(),
                        base.databaseUrl(),
                        null,
                        null,
                        null,
                        Settings.Policies.of(folder.resolve("policies")),
                        Path.of("..", "transaction-types"),
                        List.of(),
                        clients(),
                        List.of(
                                new Settings.Enforcer(
                                        "vouching",
                                        Sha256.hex(VOUCHING_KEY),
                                        null,
                                        Set.of(Settings.Right.CERTIFICATES)),
                                new Settings.Enforcer("plain", Sha256.hex(PLAIN_KEY), null, Set.of())),
                        new Settings.Webauthn("localhost", "Countersign", List.of(plain)),
                        Settings.Lifetimes.standard())
                .with(new TlsSettings(
                        folder.resolve("tls/server.pem"),
                        folder.resolve("tls/server.key"),
                        new TlsSettings.Mutual(mutualPort, mutual)))
                .with(new DoorSettings(
                        List.of(),
                        List.of(domain("prod.example"), domain("other.example")),
                        null,
                        List.of(),
                        List.of()))
                .with(new CertificateSettings(
                        List.of(new Authority(
                                "enterprise",
                                folder.resolve("tls/enterprise.pem"),
                                folder.resolve("tls/enterprise.crl"))),
                        true,
                        List.of(
                                new Proxy("edge", Header.CLIENT_CERT, Sha256.hex(PROXY_SECRET), null),
                                new Proxy("mesh", Header.X_FORWARDED_CLIENT_CERT, null, pinnedProxy.sha256())),
                        Duration.ofMinutes(30)));
    }

    private List<Settings.Client> clients() {
        var batch = Set.of("batch");
        return List.of(
                new Settings.Client(
                        "ledger",
                        List.of(),
                        null,
                        new Login.Named("enterprise", NameKind.SAN_DNS, "ledger.example"),
                        new Service("ledger", batch)),
                new Settings.Client(
                        "reports",
                        List.of(),
                        null,
                        new Login.Named("enterprise", NameKind.SUBJECT_DN, "CN=reports"),
                        new Service("reports", Set.of())),
                new Settings.Client(
                        "web", List.of(), null, new Login.Named("enterprise", NameKind.SAN_DNS, "web.example"), null),
                new Settings.Client("legacy", List.of(), null, selfSigned(own), new Service("legacy", batch)),
                new Settings.Client(
                        "payroll",
                        List.of(),
                        new JWKSet(serviceKey.toPublicJWK()).toString(),
                        null,
                        new Service("payroll", batch)),
                new Settings.Client("portal", List.of(), new JWKSet(newKey().toPublicJWK()).toString(), null, null));
    }

    private static Login.SelfSigned selfSigned(Issued issued) {
        var jwks = Json.MAPPER.createObjectNode();
        var point = new ECKey.Builder(Curve.P_256, (java.security.interfaces.ECPublicKey)
                        issued.keys().getPublic())
                .build();
        jwks.putArray("keys")
                .addObject()
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("x", point.getX().toString())
                .put("y", point.getY().toString())
                .putArray("x5c")
                .add(base64(issued.leaf()));
        return new Login.SelfSigned(jwks.toString());
    }

    private DoorSettings.TrustDomain domain(String name) {
        return new DoorSettings.TrustDomain(name, folder.resolve("bundles/" + name), null, null);
    }

    void writeServerKey(Issued issued) {
        TestAuthority.write(
                folder.resolve("tls/server.pem"),
                TestAuthority.pem(issued.chain().toArray(X509Certificate[]::new)));
        TestAuthority.write(
                folder.resolve("tls/server.key"),
                TestAuthority.pem("PRIVATE KEY", issued.keys().getPrivate().getEncoded()));
    }

    void writeAnchors(TestAuthority... authorities) {
        var anchors = new ArrayList<X509Certificate>();
        for (var authority : authorities) {
            anchors.add(authority.certificate());
        }
        TestAuthority.write(
                folder.resolve("tls/enterprise.pem"), TestAuthority.pem(anchors.toArray(X509Certificate[]::new)));
    }

    void writeRevocations(X509Certificate... revoked) {
        var now = Instant.now();
        try {
            var list = enterprise.revoking(now.minusSeconds(60), now.plus(Duration.ofDays(1)), revoked);
            var below = issuing.revoking(now.minusSeconds(60), now.plus(Duration.ofDays(1)));
            TestAuthority.write(
                    folder.resolve("tls/enterprise.crl"),
                    TestAuthority.pem("X509 CRL", list.getEncoded())
                            + TestAuthority.pem("X509 CRL", below.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void writeBundle(String trustDomain, TestAuthority... authorities) {
        var bundle = Json.MAPPER.createObjectNode();
        var keys = bundle.putArray("keys");
        for (var authority : authorities) {
            keys.addObject()
                    .put("use", "x509-svid")
                    .put("kty", "EC")
                    .putArray("x5c")
                    .add(base64(authority.certificate()));
        }
        TestAuthority.write(folder.resolve("bundles/" + trustDomain), bundle.toString());
    }

    private void writePolicies() {
        try {
            Files.createDirectories(folder.resolve("policies"));
            Files.copy(
                    Path.of("..", "policies", "bank", "core.cedarschema"), folder.resolve("policies/core.cedarschema"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestAuthority.write(folder.resolve("policies/ledger.cedarschema"), """
                entity Ledger;
                action "post-entry" appliesTo { principal: [Workload], resource: [Ledger], context: Context };
                """);
        TestAuthority.write(folder.resolve("policies/ledger.cedar"), """
                @id("batch-posts")
                permit (principal in Group::"batch", action == Action::"post-entry", resource)
                when { context has session && context.session.binding != "none" };

                @id("payroll-of-production-posts")
                permit (principal == Workload::"spiffe://prod.example/payroll", action == Action::"post-entry", resource)
                when { context has session && context.session.binding == "mtls" };
                """);
    }

    void advance(Duration time) {
        ahead.updateAndGet(time::plus);
    }

    // ---- callers

    /** A caller over TLS, with a certificate or without. */
    HttpClient caller(@Nullable Issued certificate) {
        try {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            if (certificate != null) {
                keys.setKeyEntry(
                        "client",
                        certificate.keys().getPrivate(),
                        new char[0],
                        certificate.chain().toArray(X509Certificate[]::new));
            }
            var keyManagers = KeyManagerFactory.getInstance("SunX509");
            keyManagers.init(keys, new char[0]);
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("servers", servers.certificate());
            var trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return HttpClient.newBuilder().sslContext(context).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static HttpResponse<String> send(HttpClient caller, HttpRequest request) {
        try {
            return caller.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> form(
            HttpClient caller, URI base, String path, Map<String, String> parameters, String... headers) {
        var body = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(caller, request.build());
    }

    /** {@code client_credentials} at the port that asks for certificates. */
    HttpResponse<String> credentials(@Nullable Issued certificate, @Nullable String client, String... headers) {
        return credentials(caller(certificate), mutual, client, headers);
    }

    HttpResponse<String> credentials(HttpClient caller, URI base, @Nullable String client, String... headers) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("grant_type", "client_credentials");
        if (client != null) {
            parameters.put("client_id", client);
        }
        return form(caller, base, "/oauth/token", parameters, headers);
    }

    static JsonNode json(HttpResponse<String> response) {
        return Json.MAPPER.readTree(response.body());
    }

    /** What an enforcement point asks about a call that came with this token and certificate. */
    JsonNode decision(
            String apiKey,
            String workload,
            String token,
            String scheme,
            @Nullable String proof,
            @Nullable String sha256) {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("subject").put("type", "Workload").put("id", workload);
        body.putObject("action").put("name", "post-entry");
        body.putObject("resource").put("type", "Ledger").put("id", "main");
        var context = body.putObject("context");
        var session = context.putObject("session")
                .put("token", token)
                .put("scheme", scheme)
                .put("method", "POST")
                .put("uri", "https://ledger.example/entries");
        if (proof != null) {
            session.put("proof", proof);
        }
        if (sha256 != null) {
            context.putObject("client").put("certificate_sha256", sha256);
        }
        var request = HttpRequest.newBuilder(plain.resolve("/access/v1/evaluation"))
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return json(send(caller(null), request));
    }

    static String reason(JsonNode decision) {
        return decision.path("context").path("reason").path("code").asString("");
    }

    // ---- what services sign

    static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String assertion(String client, String audience, Duration lifetime, ECKey key) {
        var now = Instant.now().plus(ahead.get());
        return sign(
                new JWSHeader(JWSAlgorithm.ES256),
                new JWTClaimsSet.Builder()
                        .issuer(client)
                        .subject(client)
                        .audience(audience)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(lifetime)))
                        .jwtID(UUID.randomUUID().toString())
                        .build(),
                key);
    }

    String proof(ECKey key, String method, String uri, @Nullable String token, @Nullable String nonce) {
        return sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("dpop+jwt"))
                        .jwk(key.toPublicJWK())
                        .build(),
                new JWTClaimsSet.Builder()
                        .claim("htm", method)
                        .claim("htu", uri)
                        .issueTime(Date.from(Instant.now().plus(ahead.get())))
                        .claim("ath", token == null ? null : Sha256.base64url(token))
                        .claim("nonce", nonce)
                        .jwtID(UUID.randomUUID().toString())
                        .build(),
                key);
    }

    private static String sign(JWSHeader header, JWTClaimsSet claims, ECKey key) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> evidenceOf(String kind) {
        var url = settings.databaseUrl() != null
                ? settings.databaseUrl()
                : "jdbc:sqlite:" + settings.data().resolve("countersign.db");
        try (var connection = DriverManager.getConnection(url);
                var rows = connection
                        .createStatement()
                        .executeQuery("select bytes from evidence where kind = '" + kind + "' order by idx")) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(new String(rows.getBytes(1), StandardCharsets.UTF_8));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
