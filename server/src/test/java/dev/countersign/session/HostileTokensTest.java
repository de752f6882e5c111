package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.http.Json;
import dev.countersign.jose.HostileTokens;
import dev.countersign.jose.HostileTokens.Accepted;
import dev.countersign.jose.HostileTokens.Hostile;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.RandomIds;
import dev.countersign.store.Database.Engine;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every parser of tokens against the table of {@link HostileTokens}, directly, where it must throw what it declares and
 * nothing else, and through its door over HTTP, where the answer is the caller's fault and never ours.
 */
final class HostileTokensTest {
    /** Longest that one token may keep a parser busy, on a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(5);

    /** Longest header line that a client sends here; longer ones are the listener's to refuse. */
    private static final int HEADER = 8_000;

    private Deployment deployment;

    @BeforeEach
    void start() throws Exception {
        deployment = new Deployment(Engine.SQLITE);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    private static ObjectNode header(String type, ECKey key) {
        return object().put("typ", type).put("alg", "ES256").put("kid", key.getKeyID());
    }

    private Accepted idToken() {
        var now = deployment.clock.instant().getEpochSecond();
        var claims = object().put("iss", deployment.provider.issuer())
                .put("sub", "alice")
                .put("aud", "countersign")
                .put("iat", now)
                .put("exp", now + 300)
                .put("jti", UUID.randomUUID().toString());
        var key = deployment.provider.key();
        return new Accepted(
                header("JWT", key),
                claims,
                key,
                IdTokenCheck.MAX_TOKEN,
                Set.of(""),
                Set.of("iss", "sub", "aud"),
                Set.of("iat", "exp"),
                false);
    }

    private Accepted proof(DpopClient page, String nonce) {
        var header = object().put("typ", "dpop+jwt").put("alg", "ES256");
        header.set("jwk", Json.MAPPER.readTree(page.key.toPublicJWK().toJSONString()));
        ((ObjectNode) header.get("jwk")).remove("kid");
        var claims = object().put("htm", "POST")
                .put("htu", Deployment.TOKEN_ENDPOINT)
                .put("iat", deployment.clock.instant().getEpochSecond())
                .put("jti", UUID.randomUUID().toString())
                .put("nonce", nonce);
        return new Accepted(
                header,
                claims,
                page.key,
                DpopProofs.MAX_PROOF,
                Set.of(),
                Set.of("htm", "htu", "jti"),
                Set.of("iat"),
                true);
    }

    /** A token of ours, taken apart, with the key that signed it. */
    private Accepted accessToken(AccessTokens tokens) {
        var issued = tokens.issue(deployment.open(new Binding.None(), null)).split("\\.", -1);
        var key = deployment.evidence.keys().tokenKey();
        return new Accepted(
                (ObjectNode) Json.read(Base64.getUrlDecoder().decode(issued[0])),
                (ObjectNode) Json.read(Base64.getUrlDecoder().decode(issued[1])),
                key,
                OwnTokens.MAX_TOKEN,
                Set.of(),
                Set.of("iss", "sid"),
                Set.of("iat", "exp"),
                false);
    }

    private AccessTokens accessTokens() {
        var issuer = deployment.settings.issuer().toString();
        return new AccessTokens(
                new OwnTokens(issuer, deployment.evidence.keys(), deployment.clock),
                Duration.ofMinutes(5),
                deployment.clock,
                new RandomIds(new SecureRandom()));
    }

    private Accepted assertion() {
        var claims = object().put("iss", "gateway")
                .put("sub", "gateway")
                .put("aud", Deployment.TOKEN_ENDPOINT)
                .put("exp", deployment.clock.instant().getEpochSecond() + 60)
                .put("jti", UUID.randomUUID().toString());
        return new Accepted(
                header("JWT", deployment.enforcerKey),
                claims,
                deployment.enforcerKey,
                8 * 1024,
                Set.of("", "client-authentication+jwt"),
                Set.of("iss", "sub", "aud", "jti"),
                Set.of("exp"),
                false);
    }

    /** Refuses all of them with {@code declared} only, then accepts the one that they were made from. */
    private static void refusesAll(Accepted accepted, Class<? extends Exception> declared, Consumer<String> parser) {
        var softly = new SoftAssertions();
        for (var hostile : HostileTokens.of(accepted)) {
            var began = System.nanoTime();
            softly.assertThatThrownBy(() -> parser.accept(hostile.token()))
                    .as(hostile.name())
                    .isExactlyInstanceOf(declared);
            softly.assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as(hostile.name())
                    .isLessThan(BOUND);
        }
        softly.assertAll();
        parser.accept(accepted.token());
    }

    @Test
    void idTokens() {
        var providers = deployment.feature.identityProviders();
        refusesAll(
                idToken(),
                InvalidIdToken.class,
                token -> providers.verify(providers.all().getFirst(), token, Set.of("countersign"), null));
    }

    @Test
    void proofs() {
        var proofs = new DpopProofs(deployment.clock);
        refusesAll(
                proof(new DpopClient(), "n"),
                InvalidProof.class,
                token -> proofs.verify(token, "POST", Deployment.TOKEN_ENDPOINT, null));
    }

    @Test
    void accessTokensOfOurs() {
        var tokens = accessTokens();
        refusesAll(accessToken(tokens), InvalidJws.class, tokens::verify);
    }

    @Test
    void clientAssertions() {
        var assertions = new ClientAssertions(
                deployment.settings.issuer().toString(), deployment.evidence.journal(), deployment.clock);
        var keys = new JWKSet(deployment.enforcerKey.toPublicJWK()).toString();
        refusesAll(assertion(), InvalidJws.class, token -> assertions.verify(token, "gateway", keys));
    }

    @Test
    void throughTokenExchange() {
        var accepted = idToken();
        var page = new DpopClient();
        var answers = new LinkedHashMap<String, HttpResponse<String>>();
        for (var hostile : HostileTokens.ofARequest(accepted)) {
            if (isBody(hostile)) {
                answers.put(hostile.name(), deployment.exchange(page, hostile.token()));
            }
        }
        areTheCallersFault(answers);
        assertThat(deployment.exchange(page, accepted.token()).statusCode()).isEqualTo(200);
    }

    @Test
    void throughProofsAtTheTokenEndpoint() {
        var nonce = deployment
                .form("/oauth/token", Map.of("grant_type", "x"))
                .headers()
                .firstValue("DPoP-Nonce")
                .orElseThrow();
        var accepted = proof(new DpopClient(), nonce);
        var form = Deployment.exchangeForm(idToken().token());
        var answers = new LinkedHashMap<String, HttpResponse<String>>();
        for (var hostile : HostileTokens.ofARequest(accepted)) {
            if (isHeader(hostile)) {
                answers.put(hostile.name(), deployment.form("/oauth/token", form, "DPoP", hostile.token()));
            }
        }
        assertThat(answers).hasSizeGreaterThan(100);
        areTheCallersFault(answers);
        assertThat(deployment
                        .form("/oauth/token", form, "DPoP", accepted.token())
                        .statusCode())
                .isEqualTo(200);
    }

    /** What is larger is refused while it is still being sent, which a client of java.net.http takes for a broken connection. */
    private static boolean isBody(Hostile hostile) {
        return hostile.token().length() < Json.MAX_BODY_BYTES / 2;
    }

    private static boolean isHeader(Hostile hostile) {
        return hostile.token().length() <= HEADER
                && !hostile.token().isBlank()
                && hostile.token().chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    @Test
    void throughIntrospection() {
        var accepted = accessToken(accessTokens());
        var softly = new SoftAssertions();
        for (var hostile : HostileTokens.ofARequest(accepted)) {
            if (!isBody(hostile)) {
                continue;
            }
            var answer = introspect(hostile.token());
            softly.assertThat(answer.statusCode()).as(hostile.name()).isIn(200, 400, 413);
            softly.assertThat(answer.body()).as(hostile.name()).doesNotContain("\"active\":true");
        }
        softly.assertAll();
        assertThat(introspect(accepted.token()).body()).contains("\"active\":true");
    }

    private HttpResponse<String> introspect(String token) {
        return deployment.form(
                "/oauth/introspect", Map.of("token", token), "Authorization", "Bearer " + Deployment.API_KEY);
    }

    @Test
    void throughClientAuthentication() {
        var accepted = assertion();
        var answers = new LinkedHashMap<String, HttpResponse<String>>();
        for (var hostile : HostileTokens.ofARequest(accepted)) {
            if (isBody(hostile)) {
                answers.put(hostile.name(), authenticate(hostile.token()));
            }
        }
        areTheCallersFault(answers);
        assertThat(authenticate(accepted.token()).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> authenticate(String assertion) {
        return deployment.form(
                "/oauth/token",
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_assertion_type",
                        ClientAssertions.TYPE,
                        "client_assertion",
                        assertion));
    }

    private static void areTheCallersFault(Map<String, HttpResponse<String>> answers) {
        var softly = new SoftAssertions();
        answers.forEach((name, answer) -> softly.assertThat(answer.statusCode())
                .as(name + ": " + answer.body())
                .isIn(400, 401, 413));
        softly.assertAll();
    }

    /** One kind of ours is not another: each signed as it should be, shown where another is expected. */
    @Test
    void aTokenOfOneKindIsNoOther() {
        var tokens = accessTokens();
        var kinds = new ArrayList<>(List.of(
                idToken().token(),
                proof(new DpopClient(), "n").token(),
                assertion().token(),
                accessToken(tokens).token()));
        var enforcers = Deployment.json(authenticate(assertion().token()))
                .path("access_token")
                .stringValue();
        var providers = deployment.feature.identityProviders();
        var proofs = new DpopProofs(deployment.clock);
        for (var token : List.of(kinds.get(1), kinds.get(2), kinds.get(3), enforcers)) {
            assertThatThrownBy(() -> providers.verify(providers.all().getFirst(), token, Set.of("countersign"), null))
                    .isInstanceOf(InvalidIdToken.class);
        }
        for (var token : List.of(kinds.get(0), kinds.get(2), kinds.get(3), enforcers)) {
            assertThatThrownBy(() -> proofs.verify(token, "POST", Deployment.TOKEN_ENDPOINT, null))
                    .isInstanceOf(InvalidProof.class);
        }
        for (var token : List.of(kinds.get(0), kinds.get(1), kinds.get(2), enforcers)) {
            assertThatThrownBy(() -> tokens.verify(token)).isInstanceOf(InvalidJws.class);
        }
    }
}
