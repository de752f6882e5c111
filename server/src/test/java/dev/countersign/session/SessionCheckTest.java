package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.http.Problem;
import dev.countersign.jose.OwnTokens;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.store.Database;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.Engine.class)
final class SessionCheckTest {
    private static final String URI = "https://bank.example/transfers";

    private final Deployment deployment;
    private final DpopClient page = new DpopClient();
    private Session session;
    private String token;
    private SessionCheck check;
    private String nonce;

    SessionCheckTest(Database.Engine engine) throws IOException {
        deployment = new Deployment(engine);
    }

    @BeforeEach
    void open() {
        session = deployment.open(new Binding.DpopKey(page.thumbprint()), null);
        token = tokenOf(session);
        check = deployment.feature.check();
        nonce = nonceOf(present(proof(null)));
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String tokenOf(Session of) {
        return new AccessTokens(
                        new OwnTokens("http://localhost:8400", deployment.evidence.keys(), deployment.clock),
                        Duration.ofMinutes(5),
                        deployment.clock,
                        new RandomIds(new SecureRandom()))
                .issue(of);
    }

    private JWTClaimsSet.Builder claims() {
        return page.claims("POST", URI, deployment.clock.instant(), Sha256.base64url(token), nonce);
    }

    private String proof(@Nullable String withNonce) {
        return page.proof(claims().claim("nonce", withNonce));
    }

    private Checked present(@Nullable String proof) {
        return check.check(new Presented(token, "DPoP", proof, "POST", URI, null, null, null));
    }

    private static String nonceOf(Checked checked) {
        return java.util.Objects.requireNonNull(((Checked.Refused) checked).nextNonce());
    }

    private static String code(Checked checked) {
        return switch (checked) {
            case Checked.Live live -> "live";
            case Checked.Refused refused -> refused.code();
        };
    }

    private int signals() {
        return deployment.feature.sessions().find(session.id()).orElseThrow().signals();
    }

    @Test
    void aProofIsGoodOnlyForWhatItSays() {
        var now = deployment.clock.instant();
        var wrong = new LinkedHashMap<String, String>();
        wrong.put("method", page.proof(claims().claim("htm", "GET")));
        wrong.put("method's case", page.proof(claims().claim("htm", "post")));
        wrong.put("host", page.proof(claims().claim("htu", "https://evil.example/transfers")));
        wrong.put("path", page.proof(claims().claim("htu", URI + "/x")));
        wrong.put("scheme", page.proof(claims().claim("htu", "http://bank.example/transfers")));
        wrong.put("no uri", page.proof(claims().claim("htu", null)));
        wrong.put("old", page.proof(claims().claim("iat", now.getEpochSecond() - 301)));
        wrong.put("future", page.proof(claims().claim("iat", now.getEpochSecond() + 301)));
        wrong.put("no iat", page.proof(claims().claim("iat", null)));
        wrong.put("iat as text", page.proof(claims().claim("iat", "now")));
        wrong.put("other token", page.proof(claims().claim("ath", Sha256.base64url("other"))));
        wrong.put("no ath", page.proof(claims().claim("ath", null)));
        wrong.put("no jti", page.proof(claims().jwtID(null)));
        wrong.put("empty jti", page.proof(claims().jwtID("")));
        wrong.put("long jti", page.proof(claims().jwtID("x".repeat(DpopProofs.MAX_JTI + 1))));
        wrong.put("not a JWT", "nonsense");
        wrong.put("two proofs", proof(nonce) + "," + proof(nonce));
        wrong.put("long", "a".repeat(DpopProofs.MAX_PROOF + 1));
        wrong.put("type", header(page.header().type(JOSEObjectType.JWT).build()));
        wrong.put("no type", header(page.header().type(null).build()));
        wrong.put("no key", header(page.header().jwk(null).build()));
        wrong.put("crit", header(page.header().criticalParams(Set.of("exp")).build()));
        wrong.put("private key", privateKey());
        wrong.put(
                "alg none",
                withHeader("{\"typ\":\"dpop+jwt\",\"alg\":\"none\",\"jwk\":" + page.key.toPublicJWK() + "}"));
        wrong.put(
                "alg HS256",
                withHeader("{\"typ\":\"dpop+jwt\",\"alg\":\"HS256\",\"jwk\":" + page.key.toPublicJWK() + "}"));
        wrong.put(
                "alg RS256",
                withHeader("{\"typ\":\"dpop+jwt\",\"alg\":\"RS256\",\"jwk\":" + page.key.toPublicJWK() + "}"));
        wrong.put(
                "symmetric",
                withHeader("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}"));
        wrong.put(
                "duplicate",
                withHeader("{\"typ\":\"dpop+jwt\",\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":"
                        + page.key.toPublicJWK() + "}"));
        wrong.put("signature", signedBy(new DpopClient()));
        wrong.put("other key", new DpopClient().proof(claims()));
        assertThat(code(present(
                        withHeader("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + page.key.toPublicJWK() + "}"))))
                .as("the hand-made proof without a fault")
                .isEqualTo("live");
        wrong.forEach((name, proof) -> assertThat(code(present(proof))).as(name).isEqualTo("invalid_proof"));
        assertThat(code(present(proof(nonce)))).isEqualTo("live");
    }

    private String header(JWSHeader header) {
        return TestProvider.Jwts.sign(header, claims().build(), page.key);
    }

    private String withHeader(String json) {
        return signed(json, claims().build().toString(), page.key);
    }

    /** Exactly these bytes, with a good signature. */
    private static String signed(String header, String claims, ECKey key) {
        try {
            var input = Base64URL.encode(header) + "." + Base64URL.encode(claims);
            var signature = SigningAlgorithm.ES256.sign(
                    key.toECPrivateKey(), input.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return input + "." + Base64URL.encode(signature);
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private String privateKey() {
        return withHeader("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + page.key.toJSONString() + "}");
    }

    /** Our header with another key's signature. */
    private String signedBy(DpopClient thief) {
        return TestProvider.Jwts.sign(page.header().build(), claims().build(), thief.key);
    }

    @Test
    void theUriIsComparedAsRfc3986Says() {
        for (var same : new String[] {
            URI,
            "HTTPS://BANK.example:443/transfers",
            URI + "?x=1#y",
            "https://bank.example/%74ransfers",
            "https://bank.example/a/../transfers"
        }) {
            assertThat(code(present(page.proof(claims().claim("htu", same)))))
                    .as(same)
                    .isEqualTo("live");
        }
    }

    @Test
    void noProofIsRefusedAndSignalled() {
        assertThat(code(present(null))).isEqualTo("proof_required");
        assertThat(code(check.check(new Presented(token, "Bearer", null, "POST", URI, null, null, null))))
                .isEqualTo("proof_required");
        assertThat(signals()).isEqualTo(2);
        assertThat(deployment.feature.sessions().signals(session.id()))
                .extracting(Sessions.Signal::kind)
                .contains("proof_missing");
    }

    @Test
    void signalsAreBoundedAndNeverSuspend() {
        for (var i = 0; i < 50; i++) {
            present("nonsense");
        }
        assertThat(signals()).isEqualTo(SignalLimits.MAX_PER_WINDOW);
        deployment.clock.advance(SignalLimits.WINDOW);
        present("nonsense");
        assertThat(signals()).isEqualTo(51);
        assertThat(code(present(proof(nonce)))).isEqualTo("live");
    }

    @Test
    void aProofIsGoodOnce() {
        var proof = proof(nonce);
        assertThat(code(present(proof))).isEqualTo("live");
        assertThat(code(present(proof))).isEqualTo("replayed_proof");
        assertThat(signals()).isEqualTo(1);
    }

    @Test
    void ofManyParallelUsesOneSucceeds() throws Exception {
        var proof = proof(nonce);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<String>>();
            for (var i = 0; i < 200; i++) {
                tasks.add(() -> code(present(proof)));
            }
            var live = 0;
            for (var done : pool.invokeAll(tasks)) {
                live += done.get().equals("live") ? 1 : 0;
            }
            assertThat(live).isEqualTo(1);
        }
    }

    @Test
    void anOldNonceOrOneOfBeforeARestartIsAskedForAnew() {
        var proof = proof(nonce);
        assertThat(code(present(proof))).isEqualTo("live");
        deployment.restart();
        check = deployment.feature.check();
        assertThat(code(present(proof))).isEqualTo("use_dpop_nonce");
        nonce = nonceOf(present(proof(null)));
        assertThat(code(present(proof(nonce)))).isEqualTo("live");
        deployment.clock.advance(DpopNonces.VALID_FOR);
        assertThat(code(present(proof(nonce)))).isEqualTo("use_dpop_nonce");
        assertThat(signals()).isZero();
    }

    @Test
    void onlyOurOwnAccessTokensCount() {
        var segments = token.split("\\.", -1);
        var payload = segments[1];
        var key = deployment.evidence.keys().tokenKey();
        var claims = new String(new Base64URL(payload).decode(), java.nio.charset.StandardCharsets.UTF_8);
        var wrong = Map.of(
                "none",
                Base64URL.encode("{\"typ\":\"at+jwt\",\"alg\":\"none\",\"kid\":\"" + key.getKeyID() + "\"}") + "."
                        + payload + ".AA",
                "hmac",
                Base64URL.encode("{\"typ\":\"at+jwt\",\"alg\":\"HS256\",\"kid\":\"" + key.getKeyID() + "\"}") + "."
                        + payload + "." + segments[2],
                "changed",
                segments[0] + "." + Base64URL.encode(claims.replace("bank", "bonk")) + "." + segments[2],
                "foreign key",
                foreign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID(key.getKeyID()),
                        claims),
                "own jwk",
                foreign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("at+jwt"))
                                .jwk(page.key.toPublicJWK()),
                        claims),
                "jku",
                foreign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID(key.getKeyID())
                                .jwkURL(java.net.URI.create("https://evil.example")),
                        claims),
                "type",
                TestProvider.Jwts.sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(JOSEObjectType.JWT)
                                .keyID(key.getKeyID())
                                .build(),
                        parse(claims),
                        key),
                "duplicate",
                signed(
                        new String(new Base64URL(segments[0]).decode(), java.nio.charset.StandardCharsets.UTF_8),
                        "{\"sub\":\"mallory\"," + claims.substring(1),
                        key),
                "empty",
                "",
                "proof",
                proof(nonce));
        wrong.forEach((name, bad) -> assertThat(
                        code(check.check(new Presented(bad, "DPoP", proof(nonce), "POST", URI, null, null, null))))
                .as(name)
                .isEqualTo("invalid_session"));
    }

    private String foreign(JWSHeader.Builder header, String claims) {
        return TestProvider.Jwts.sign(header.build(), parse(claims), page.key);
    }

    private static JWTClaimsSet parse(String claims) {
        try {
            return JWTClaimsSet.parse(claims);
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTokenExpiresAlthoughItIsKnown() {
        assertThat(code(present(proof(nonce)))).isEqualTo("live");
        deployment.clock.advance(Duration.ofMinutes(5));
        assertThat(code(present(proof(nonce)))).isEqualTo("invalid_session");
    }

    @Test
    void anEndedSessionAndItsChildrenAreRefusedAtOnce() {
        var child = deployment.open(new Binding.None(), session.id());
        var bearer = new Presented(tokenOf(child), "Bearer", null, "GET", URI, null, null, null);
        assertThat(code(check.check(bearer))).isEqualTo("live");
        deployment.feature.sessions().end(session.id(), "test");
        assertThat(code(check.check(bearer))).isEqualTo("session_ended");
        assertThat(code(present(proof(nonce)))).isEqualTo("session_ended");
        assertThatThrownBy(() -> deployment.open(new Binding.None(), session.id()))
                .isInstanceOf(Problem.class);
    }

    @Test
    void aSuspendedSessionWaitsForAStepUp() {
        var sessions = deployment.feature.sessions();
        sessions.suspend(session.id(), "test");
        assertThat(code(present(proof(nonce)))).isEqualTo("session_suspended");
        sessions.raise(session.id(), new Assurance(Acr.PHR, Set.of("hwk", "user"), deployment.clock.instant()));
        assertThat(code(present(proof(nonce)))).isEqualTo("live");
        assertThat(sessions.find(session.id())
                        .orElseThrow()
                        .hasAssurance(Acr.PHR, Set.of("hwk"), Duration.ofMinutes(5), deployment.clock.instant()))
                .isTrue();
    }

    @Test
    void useExtendsTheIdleTimeUpToTheAbsoluteOne() {
        for (var hours = 0; hours < 23; hours++) {
            deployment.clock.advance(Duration.ofMinutes(59));
            token = tokenOf(session);
            nonce = nonceOf(present(proof(null)));
            assertThat(code(present(proof(nonce)))).isEqualTo("live");
        }
        deployment.clock.advance(Duration.ofMinutes(61));
        session = deployment.feature.sessions().find(session.id()).orElseThrow();
        assertThat(session.isLive(deployment.clock.instant())).isFalse();
        assertThat(deployment.feature.sessions().of(session.person())).isEmpty();
    }
}
