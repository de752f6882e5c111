package dev.countersign.session;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.GrantSettings;
import dev.countersign.Settings;
import dev.countersign.certificate.ClientCertificates;
import dev.countersign.downstream.DownstreamFeature;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Json;
import dev.countersign.http.Listener;
import dev.countersign.http.Problem;
import dev.countersign.http.Problems;
import dev.countersign.key.Sha256;
import dev.countersign.policy.MappedClaims;
import dev.countersign.store.Database;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sessions over a real database and real HTTP, with a clock and an identity provider that the test holds. */
final class Deployment implements AutoCloseable {
    static final String TOKEN_ENDPOINT = "http://localhost:8400/oauth/token";
    static final String API_KEY = "test-key";

    /** Refreshes, and may do two things. */
    static final GrantSettings MOBILE =
            GrantSettings.PLAIN.withRefresh().withScopes(Set.of("accounts.read", "payments.write"));

    /** Acts for the customers of the mobile application, at the gateway and at the relay. */
    static final GrantSettings ASSISTANT = GrantSettings.PLAIN.with(
            new GrantSettings.Exchange(Set.of("mobile"), Set.of("gateway", "relay"), Set.of("Agent::assistant"), true));

    /** What the assistant calls, and what calls the gateway. */
    static final GrantSettings RELAY = GrantSettings.PLAIN.with(new GrantSettings.Exchange(
            Set.of("mobile", "assistant"), Set.of("gateway"), Set.of("Workload::relay"), true));

    /** Of every client that has one. */
    static final ECKey CLIENT_KEY = TestProvider.Jwts.newKey();

    final TestClock clock = new TestClock();
    final TestProvider provider;
    final ECKey enforcerKey = TestProvider.Jwts.newKey();
    final Settings settings;
    final Database database;
    final EvidenceFeature evidence;
    SessionFeature feature;
    private WebServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    Deployment(Database.Engine engine) throws IOException {
        provider = new TestProvider();
        settings = settings(TestDatabases.settings(engine));
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, clock, new SecureRandom());
        feature = wire();
        server = listen();
    }

    private Settings settings(Settings base) {
        return new Settings(
                base.issuer(),
                base.host(),
                0,
                base.data(),
                base.databaseUrl(),
                null,
                null,
                null,
                base.policies(),
                base.transactionTypes(),
                List.of(new Settings.IdentityProvider(
                        URI.create(provider.issuer()), "countersign", null, List.of("bank"), "sub", "groups")),
                List.of(
                        new Settings.Client("bank", List.of(URI.create("http://localhost:8402/callback")), null),
                        new Settings.Client("mobile", List.of(), null, MOBILE),
                        confidential("assistant", ASSISTANT),
                        confidential("relay", RELAY),
                        confidential(
                                "loop",
                                GrantSettings.PLAIN.with(new GrantSettings.Exchange(
                                        Set.of("mobile", "loop"), Set.of("loop"), Set.of(), false))),
                        confidential("stranger", GrantSettings.PLAIN)),
                List.of(
                        new Settings.Enforcer("bank", Hex.sha256(API_KEY), null, Set.of()),
                        new Settings.Enforcer(
                                "gateway",
                                null,
                                new JWKSet(enforcerKey.toPublicJWK()).toString(),
                                Set.of(Settings.Right.ASSERT))),
                base.webauthn(),
                base.lifetimes());
    }

    private static Settings.Client confidential(String id, GrantSettings grants) {
        return new Settings.Client(id, List.of(), new JWKSet(CLIENT_KEY.toPublicJWK()).toString(), grants);
    }

    private SessionFeature wire() {
        return SessionFeature.wire(
                settings,
                database,
                evidence.journal(),
                evidence.keys(),
                principal -> new Person(principal.id()),
                claims -> MappedClaims.NONE,
                clock,
                new SecureRandom());
    }

    private Downstream downstream() {
        return DownstreamFeature.wire(
                settings,
                feature.accessTokens(),
                feature.opening(),
                feature.sessions(),
                new PaymentType(),
                receipt -> Optional.empty(),
                evidence.keys(),
                evidence.journal(),
                clock,
                new SecureRandom());
    }

    /** One type of details: an amount. */
    private static final class PaymentType implements DetailTypes {
        @Override
        public Set<String> names() {
            return Set.of("payment");
        }

        @Override
        public void validate(String type, JsonNode details, String pointer) {
            if (!details.path("amount").isString()) {
                throw Problem.invalid(pointer + "/amount", "Missing");
            }
        }
    }

    private WebServer listen() {
        var routing = HttpRouting.builder();
        new Problems(new SecureRandom()).register(routing);
        feature.routes(
                routing,
                (code, client, redirectUri, verifier, thumbprint) -> Optional.empty(),
                List.of(),
                ClientCertificates.none(),
                downstream(),
                new PaymentType());
        routing.get(
                "/who",
                (request, response) -> response.send(
                        feature.enforcementPoints().authenticate(request).id()));
        return Listener.start("127.0.0.1", 0, routing);
    }

    /** A new process over the same database. */
    void restart() {
        server.stop();
        feature = wire();
        server = listen();
    }

    Session open(Binding binding, @Nullable SessionId parent) {
        return feature.opening()
                .open(new SessionOpening.Opening(
                        new Principal(Principal.Kind.USER, "alice"),
                        provider.issuer(),
                        "bank",
                        new Assurance(Acr.BASE, java.util.Set.of("pwd"), clock.instant()),
                        binding,
                        java.util.Set.of("treasury"),
                        parent,
                        "127.0.0.1",
                        "test"));
    }

    HttpResponse<String> get(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> form(String path, Map<String, String> parameters, String... headers) {
        var body = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var all = new java.util.ArrayList<>(List.of(headers));
        all.add("Content-Type");
        all.add("application/x-www-form-urlencoded");
        return post(path, body, all.toArray(String[]::new));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Token exchange, with the nonce that the endpoint asks for. */
    HttpResponse<String> exchange(DpopClient client, String idToken) {
        var nonce = form("/oauth/token", Map.of("grant_type", "x"))
                .headers()
                .firstValue("DPoP-Nonce")
                .orElseThrow();
        return form(
                "/oauth/token",
                exchangeForm(idToken),
                "DPoP",
                client.proof("POST", TOKEN_ENDPOINT, clock.instant(), null, nonce));
    }

    /** A request to the token endpoint with a fresh proof of {@code client}'s. */
    HttpResponse<String> token(DpopClient client, Map<String, String> form) {
        return form("/oauth/token", form, "DPoP", client.proof("POST", TOKEN_ENDPOINT, clock.instant(), null, nonce()));
    }

    String nonce() {
        return form("/oauth/token", Map.of("grant_type", "x"))
                .headers()
                .firstValue("DPoP-Nonce")
                .orElseThrow();
    }

    /** {@code form} with the authentication of a client that has keys. */
    Map<String, String> authenticated(String client, Map<String, String> form) {
        var all = new LinkedHashMap<>(form);
        all.put("client_id", client);
        all.put("client_assertion_type", ClientAssertions.TYPE);
        all.put(
                "client_assertion",
                TestProvider.Jwts.sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).build(),
                        new JWTClaimsSet.Builder()
                                .issuer(client)
                                .subject(client)
                                .audience("http://localhost:8400")
                                .expirationTime(Date.from(clock.instant().plusSeconds(120)))
                                .jwtID(UUID.randomUUID().toString())
                                .build(),
                        CLIENT_KEY));
        return all;
    }

    /** The tokens of a fresh login of alice's at {@code client}. */
    JsonNode login(DpopClient page, String client) {
        var form = exchangeForm(provider.sign(provider.claims(clock.instant()).build()));
        form.put("client_id", client);
        return json(token(page, form));
    }

    /** The token of a session of an agent's or workload's own, bound to {@code page}'s key. */
    String actor(Principal.Kind kind, String id, String client, DpopClient page) {
        var session = feature.opening()
                .open(new SessionOpening.Opening(
                        new Principal(kind, id),
                        provider.issuer(),
                        client,
                        new Assurance(Acr.BASE, Set.of(), clock.instant()),
                        new Binding.DpopKey(page.thumbprint()),
                        Set.of(),
                        null,
                        null,
                        null));
        return feature.accessTokens().issue(session);
    }

    /** What the decision point makes of {@code token} with a proof of {@code page}'s. */
    SessionCheck.Checked present(DpopClient page, String token) {
        var uri = "http://bank.example/transfers";
        return feature.check()
                .check(new Presented(
                        token,
                        "DPoP",
                        page.proof("GET", uri, clock.instant(), Sha256.base64url(token), nonce()),
                        "GET",
                        uri,
                        null,
                        null,
                        null));
    }

    /** What the gateway and others are told of {@code token}. */
    JsonNode introspect(String token) {
        return json(form("/oauth/introspect", Map.of("token", token), "Authorization", "Bearer " + API_KEY));
    }

    long evidenceOf(String kind) {
        return database.read(handle -> handle.select("select count(*) from evidence where kind = ?", kind)
                .mapTo(Long.class)
                .one());
    }

    static JsonNode claims(String token) {
        return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    }

    static Map<String, String> exchangeForm(String idToken) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", TokenExchange.GRANT);
        form.put("client_id", "bank");
        form.put("subject_token", idToken);
        form.put("subject_token_type", TokenExchange.ID_TOKEN);
        return form;
    }

    static JsonNode json(HttpResponse<String> response) {
        return Json.MAPPER.readTree(response.body());
    }

    @Override
    public void close() {
        server.stop();
        evidence.close();
        database.close();
        provider.close();
    }

    private static final class Hex {
        private Hex() {}

        static String sha256(String text) {
            return Sha256.hex(text);
        }
    }
}
