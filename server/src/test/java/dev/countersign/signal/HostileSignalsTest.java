package dev.countersign.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.OutboundSettings;
import dev.countersign.Settings.IdentityProvider;
import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Json;
import dev.countersign.jose.HostileTokens;
import dev.countersign.jose.HostileTokens.Accepted;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.KeySets;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.policy.MappedClaims;
import dev.countersign.session.IdentityProviders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Security event tokens and logout tokens against the table of hostile tokens. */
final class HostileSignalsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private ECKey key;
    private HttpServer provider;

    @BeforeEach
    void start() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext(
                "/.well-known/openid-configuration", exchange -> send(exchange, """
                        {"issuer":"%1$s","authorization_endpoint":"%1$s/a","token_endpoint":"%1$s/t","jwks_uri":"%1$s/jwks"}""".formatted(issuer())));
        provider.createContext("/jwks", exchange -> send(exchange, new JWKSet(key.toPublicJWK()).toString()));
        provider.start();
    }

    @AfterEach
    void stop() {
        provider.stop(0);
    }

    private static void send(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String issuer() {
        return "http://localhost:" + provider.getAddress().getPort();
    }

    private ObjectNode header(String type) {
        return Json.MAPPER
                .createObjectNode()
                .put("typ", type)
                .put("alg", "ES256")
                .put("kid", key.getKeyID());
    }

    private ObjectNode claims() {
        return Json.MAPPER
                .createObjectNode()
                .put("iss", issuer())
                .put("aud", "countersign")
                .put("iat", NOW.getEpochSecond())
                .put("jti", "a");
    }

    @Test
    void securityEventTokens() throws Exception {
        var claims = claims();
        claims.putObject("sub_id").put("format", "iss_sub").put("iss", issuer()).put("sub", "alice");
        claims.putObject("events").putObject("https://schemas.openid.net/secevent/caep/event-type/session-revoked");
        var accepted = new Accepted(
                header("secevent+jwt"),
                claims,
                key,
                SetCheck.MAX_TOKEN,
                Set.of(),
                Set.of("iss", "aud", "jti"),
                Set.of("iat"),
                false);
        var transmitter = new Transmitter(
                "idp",
                URI.create(issuer()),
                "countersign",
                Delivery.PUSH,
                Set.of(issuer()),
                null,
                null,
                null,
                false,
                null,
                Transmitter.MAX_AGE);
        var keys = JWKSet.parse(new JWKSet(key.toPublicJWK()).toString());
        var check = new SetCheck(CLOCK);
        var softly = new SoftAssertions();
        for (var hostile : HostileTokens.of(accepted)) {
            softly.assertThatThrownBy(() -> check.verify(
                            hostile.token(), transmitter, (jws, algorithm) -> KeySets.candidates(keys, jws, algorithm)))
                    .as(hostile.name())
                    .isExactlyInstanceOf(RefusedSet.class);
        }
        softly.assertAll();
        assertThat(check.verify(
                                accepted.token(),
                                transmitter,
                                (jws, algorithm) -> KeySets.candidates(keys, jws, algorithm))
                        .jti())
                .isEqualTo("a");
    }

    @Test
    void logoutTokens() {
        var claims = claims().put("exp", NOW.getEpochSecond() + 120)
                .put("sub", "alice")
                .put("sid", "s");
        claims.putObject("events").putObject(LogoutTokenCheck.EVENT);
        var accepted = new Accepted(
                header("logout+jwt"),
                claims,
                key,
                LogoutTokenCheck.MAX_TOKEN,
                Set.of("", "JWT"),
                Set.of("iss", "aud", "jti"),
                Set.of("iat", "exp"),
                false);
        var provider = new IdentityProvider(URI.create(issuer()), "countersign", null, List.of(), "sub", "groups");
        var providers = new IdentityProviders(
                List.of(provider), none -> MappedClaims.NONE, new OutboundHttp(OutboundSettings.NONE), CLOCK);
        var check = new LogoutTokenCheck(providers, CLOCK);
        var softly = new SoftAssertions();
        for (var hostile : HostileTokens.of(accepted)) {
            softly.assertThatThrownBy(() -> check.verify(hostile.token()))
                    .as(hostile.name())
                    .isExactlyInstanceOf(InvalidJws.class);
        }
        softly.assertAll();
        assertThat(check.verify(accepted.token()).session()).isEqualTo("s");
    }
}
