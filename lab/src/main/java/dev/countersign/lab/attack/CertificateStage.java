package dev.countersign.lab.attack;

import dev.countersign.CertificateSettings;
import dev.countersign.CertificateSettings.Header;
import dev.countersign.CertificateSettings.Proxy;
import dev.countersign.Countersign;
import dev.countersign.DoorSettings;
import dev.countersign.Settings;
import dev.countersign.TlsSettings;
import dev.countersign.evidence.Entry;
import dev.countersign.lab.attack.WorkloadAuthority.Issued;
import dev.countersign.lab.demo.DemoSettings;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.Ports;
import dev.countersign.policy.PolicyLoadException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Countersign over TLS whose callers are workloads with certificates, directly or behind a proxy. */
final class CertificateStage implements AutoCloseable {
    static final String TRUST_DOMAIN = "prod.example";

    private static final String POLICIES = """
            @id("payroll-posts")
            permit (principal == Workload::"spiffe://prod.example/payroll", action == Action::"post-entry", resource)
            when { context has session && context.session.binding == "mtls" };
            """;
    private static final String SCHEMA = """
            entity Ledger;
            action "post-entry" appliesTo { principal: [Workload], resource: [Ledger], context: Context };
            """;

    private final SecureRandom random = new SecureRandom();
    private final WorkloadAuthority servers = new WorkloadAuthority("servers", random);
    private final WorkloadAuthority domain = new WorkloadAuthority("authority of the trust domain", random);
    private final String apiKey = DemoSettings.randomKey(random);
    private final String proxySecret = DemoSettings.randomKey(random);
    private final List<Entry> evidence = new CopyOnWriteArrayList<>();
    private final Path folder;
    private final URI plain;
    private final URI mutual;
    private final Countersign countersign;

    private CertificateStage(Path folder) throws IOException, PolicyLoadException {
        this.folder = folder;
        var ports = Ports.any();
        plain = URI.create("https://localhost:" + ports.countersign());
        mutual = URI.create("https://localhost:" + ports.bank());
        write();
        countersign = Countersign.start(settings(ports));
        countersign.journal().listen(recorded -> evidence.add(recorded.entry()));
    }

    static CertificateStage open() throws IOException, PolicyLoadException {
        return new CertificateStage(Files.createTempDirectory("countersign-attack-"));
    }

    private void write() throws IOException {
        var server = servers.server();
        Files.writeString(
                folder.resolve("server.pem"), pem("CERTIFICATE", WorkloadAuthority.encoded(server.certificate())));
        Files.writeString(
                folder.resolve("server.key"),
                pem("PRIVATE KEY", server.keys().getPrivate().getEncoded()));
        Files.writeString(
                folder.resolve("bundle.json"),
                "{\"keys\":[{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[\"" + base64(domain.certificate())
                        + "\"]}]}");
        var policies = Files.createDirectory(folder.resolve("policies"));
        Files.copy(Home.find().resolve("policies/bank/core.cedarschema"), policies.resolve("core.cedarschema"));
        Files.writeString(policies.resolve("ledger.cedarschema"), SCHEMA);
        Files.writeString(policies.resolve("ledger.cedar"), POLICIES);
    }

    private Settings settings(Ports ports) {
        return new Settings(
                        plain,
                        "localhost",
                        ports.countersign(),
                        folder.resolve("data"),
                        null,
                        null,
                        null,
                        null,
                        Settings.Policies.of(folder.resolve("policies")),
                        Home.find().resolve("transaction-types"),
                        List.of(),
                        List.of(),
                        List.of(new Settings.Enforcer(
                                "ledger", sha256(apiKey), null, Set.of(Settings.Right.CERTIFICATES))),
                        new Settings.Webauthn("localhost", "Countersign", List.of(plain)),
                        Settings.Lifetimes.standard())
                .with(new TlsSettings(
                        folder.resolve("server.pem"),
                        folder.resolve("server.key"),
                        new TlsSettings.Mutual(ports.bank(), mutual)))
                .with(new DoorSettings(
                        List.of(),
                        List.of(new DoorSettings.TrustDomain(TRUST_DOMAIN, folder.resolve("bundle.json"), null, null)),
                        null,
                        List.of(),
                        List.of()))
                .with(new CertificateSettings(
                        List.of(),
                        true,
                        List.of(new Proxy("edge", Header.CLIENT_CERT, sha256(proxySecret), null)),
                        CertificateSettings.MAX_SESSION));
    }

    WorkloadAuthority domain() {
        return domain;
    }

    SecureRandom random() {
        return random;
    }

    /** Asks for a token over a connection with this certificate, or at the port of proxies without one. */
    Answer token(@Nullable Issued certificate, String... headers) throws InterruptedException {
        var request = HttpRequest.newBuilder((certificate == null ? plain : mutual).resolve("/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(Map.of("grant_type", "client_credentials"))));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(certificate, request.build());
    }

    /** What the ledger, which saw this certificate, asks about a call. */
    Answer decision(String workload, String token, @Nullable String sha256) throws InterruptedException {
        var body = JsonMapper.shared().createObjectNode();
        body.putObject("subject").put("type", "Workload").put("id", workload);
        body.putObject("action").put("name", "post-entry");
        body.putObject("resource").put("type", "Ledger").put("id", "main");
        var context = body.putObject("context");
        context.putObject("session")
                .put("token", token)
                .put("scheme", "Bearer")
                .put("method", "POST")
                .put("uri", "https://ledger.example/entries");
        if (sha256 != null) {
            context.putObject("client").put("certificate_sha256", sha256);
        }
        return send(
                null,
                HttpRequest.newBuilder(plain.resolve("/access/v1/evaluation"))
                        .header("Authorization", "Bearer " + apiKey)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build());
    }

    /** What only the proxy knows. */
    String proxySecret() {
        return proxySecret;
    }

    boolean showsKind(String kind) {
        return evidence.stream().anyMatch(entry -> entry.kind().equals(kind));
    }

    private Answer send(@Nullable Issued certificate, HttpRequest request) throws InterruptedException {
        try (var client =
                HttpClient.newBuilder().sslContext(servers.tls(certificate)).build()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), JsonMapper.shared().readTree(answer.body()));
        } catch (IOException e) {
            throw new IllegalStateException("Countersign did not answer", e);
        }
    }

    /** An answer with a JSON body. */
    record Answer(int status, JsonNode body) {
        String token() {
            return body.path("access_token").asString("");
        }

        boolean permits() {
            return body.path("decision").asBoolean(false);
        }

        /** Why not. */
        String reason() {
            return body.path("error_description")
                    .asString(body.path("context").path("reason").path("code").asString("" + status));
        }
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    static String base64(java.security.cert.X509Certificate certificate) {
        return Base64.getEncoder().encodeToString(WorkloadAuthority.encoded(certificate));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    @Override
    public void close() throws IOException {
        countersign.close();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
