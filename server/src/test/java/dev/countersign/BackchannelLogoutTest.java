package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.client.Decision;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Back-channel logout both ways: the identity provider tells us, and we tell the application. */
@ParameterizedClass
@EnumSource(Engine.class)
final class BackchannelLogoutTest {
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final HttpServer application;
    private final TestDeployment deployment;
    private final HttpClient http = HttpClient.newHttpClient();

    BackchannelLogoutTest(Engine engine) throws IOException {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/logout", exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var fails = failures.getAndDecrement() > 0;
                if (!fails) {
                    told.add(URLDecoder.decode(body.substring("logout_token=".length()), StandardCharsets.UTF_8));
                }
                exchange.sendResponseHeaders(fails ? 503 : 200, -1);
            }
        });
        application.start();
        var uri = URI.create("http://localhost:" + application.getAddress().getPort() + "/logout");
        deployment = new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(TestDeployment.BANK_POLICIES),
                TestDeployment.provider(),
                (issuer, settings) -> settings.with(
                        new SignalSettings(List.of(), List.of(), List.of(new SignalSettings.Logout("bank", uri)))));
    }

    @AfterEach
    void close() {
        deployment.close();
        application.stop(0);
    }

    private static String code(TestPerson person) {
        return switch (person.ask(Payments.read(person.name))) {
            case Decision.Permit permit -> "permitted";
            case Decision.Refused refused -> refused.code();
            default -> "other";
        };
    }

    private HttpResponse<String> logout(String token) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(deployment.issuer + "/logout/backchannel"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(
                                "logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Signed by the provider's own key. */
    private String token(Map<String, Object> more, String without) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("events", Map.of(EVENT, Map.of()));
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("iss", deployment.providerIssuer());
        claims.put("aud", "countersign");
        claims.put("iat", Date.from(deployment.clock.instant()));
        claims.put("exp", Date.from(deployment.clock.instant().plusSeconds(120)));
        claims.putAll(more);
        claims.put(without, null); // the provider has defaults for some
        return deployment
                .provider
                .getConfig()
                .getTokenProvider()
                .jwt(claims, Duration.ofMinutes(2), "demo")
                .serialize();
    }

    @Test
    void theProvidersLogoutEndsTheSessionItNamesAndTheApplicationHearsOfIt() throws Exception {
        var alice = deployment
                .person("alice")
                .claiming(Map.of("sid", "s-1"))
                .loggedIn()
                .atTheBank();
        var elsewhere = deployment
                .person("alice")
                .claiming(Map.of("sid", "s-2"))
                .loggedIn()
                .atTheBank();
        assertThat(code(alice)).isEqualTo("permitted");
        failures.set(1);
        var answer = logout(token(Map.of("sid", "s-1"), ""));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(code(alice)).isEqualTo("session_ended");
        assertThat(code(elsewhere)).isEqualTo("permitted");

        var logout = SignedJWT.parse(String.valueOf(told.poll(20, TimeUnit.SECONDS)));
        var keys = JWKSet.load(
                URI.create(deployment.issuer + "/.well-known/jwks.json").toURL());
        var key = keys.getKeyByKeyId(logout.getHeader().getKeyID()).toRSAKey();
        assertThat(logout.verify(new RSASSAVerifier(key))).isTrue();
        assertThat(logout.getHeader().getType().getType()).isEqualTo("logout+jwt");
        var claims = logout.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(deployment.issuer.toString());
        assertThat(claims.getAudience()).containsExactly("bank");
        assertThat(claims.getSubject()).isEqualTo("alice");
        assertThat(claims.getStringClaim("sid")).isEqualTo(sid(alice.token()));
        assertThat(claims.getJSONObjectClaim("events")).containsOnlyKeys(EVENT);
        assertThat(claims.getClaim("nonce")).isNull();
        assertThat(claims.getExpirationTime()).isNotNull();
    }

    private static String sid(String token) throws ParseException {
        return SignedJWT.parse(token).getJWTClaimsSet().getStringClaim("sid");
    }

    @Test
    void aLogoutOfTheSubjectEndsAllOfItsSessions() throws Exception {
        var one = deployment
                .person("alice")
                .claiming(Map.of("sid", "s-1"))
                .loggedIn()
                .atTheBank();
        var two = deployment
                .person("alice")
                .claiming(Map.of("sid", "s-2"))
                .loggedIn()
                .atTheBank();
        var bob = deployment.person("bob").loggedIn().atTheBank();
        assertThat(logout(token(Map.of("sub", "alice"), "")).statusCode()).isEqualTo(200);
        assertThat(code(one)).isEqualTo("session_ended");
        assertThat(code(two)).isEqualTo("session_ended");
        assertThat(code(bob)).isEqualTo("no_permit");
    }

    @Test
    void whatIsNoLogoutTokenOfTheProviderIsRefused() throws Exception {
        var alice = deployment
                .person("alice")
                .claiming(Map.of("sid", "s-1"))
                .loggedIn()
                .atTheBank();
        var now = deployment.clock.instant();
        Map<String, Object> sid = Map.of("sid", "s-1");
        for (var token : List.of(
                token(Map.of(), ""),
                token(sid, "events"),
                token(sid, "jti"),
                token(sid, "iat"),
                token(sid, "exp"),
                token(sid, "aud"),
                token(Map.of("sid", "s-1", "nonce", "n"), ""),
                token(Map.of("sid", "s-1", "aud", "another"), ""),
                token(Map.of("sid", "s-1", "iss", "https://else.example"), ""),
                token(Map.of("sid", "s-1", "iat", Date.from(now.plusSeconds(300))), ""),
                token(Map.of("sid", "s-1", "iat", Date.from(now.minus(Duration.ofHours(1)))), ""),
                token(Map.of("sid", "s-1", "exp", Date.from(now.minusSeconds(120))), ""),
                token(Map.of("sid", "s-1", "events", Map.of("https://else.example", Map.of())), ""),
                TestTransmitter.sign(
                        new JWTClaimsSet.Builder()
                                .issuer(deployment.providerIssuer())
                                .audience("countersign")
                                .claim("sid", "s-1")
                                .jwtID("j")
                                .issueTime(Date.from(now))
                                .expirationTime(Date.from(now.plusSeconds(60)))
                                .claim("events", Map.of(EVENT, Map.of()))
                                .build(),
                        "logout+jwt",
                        TestTransmitter.newKey()),
                "nonsense")) {
            var answer = logout(token);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("\"error\":\"invalid_request\"");
        }
        assertThat(code(alice)).isEqualTo("permitted");
        var good = token(sid, "");
        assertThat(logout(good).statusCode()).isEqualTo(200);
        assertThat(logout(good).statusCode()).as("again").isEqualTo(400);
    }

    @Test
    void whatHadToBeToldIsToldAfterARestart() throws Exception {
        failures.set(1_000);
        deployment.person("alice").claiming(Map.of("sid", "s-1")).loggedIn().atTheBank();
        assertThat(logout(token(Map.of("sid", "s-1"), "")).statusCode()).isEqualTo(200);
        deployment.restart(
                () -> { // while nobody sends
                    failures.set(0);
                    deployment.advance(Duration.ofMinutes(10));
                });
        var logout = SignedJWT.parse(String.valueOf(told.poll(20, TimeUnit.SECONDS)));
        assertThat(logout.getJWTClaimsSet().getIssueTime())
                .as("fresh when it is sent")
                .isAfter(Date.from(Instant.now().plusSeconds(60)));
    }
}
