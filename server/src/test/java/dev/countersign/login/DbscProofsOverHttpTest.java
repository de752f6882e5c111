package dev.countersign.login;

import static dev.countersign.login.BoundBrowser.header;
import static dev.countersign.login.BoundBrowser.newKey;
import static dev.countersign.login.BoundBrowser.parameter;
import static dev.countersign.login.BoundBrowser.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.store.Database.Engine;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registrations and refreshes that no browser sends. */
final class DbscProofsOverHttpTest {
    private final LoginDeployment deployment = new LoginDeployment(Engine.SQLITE, true);
    private final BoundBrowser alice = new BoundBrowser(deployment);
    private String offer = "";

    @BeforeEach
    void logIn() throws Exception {
        offer = alice.logIn("alice");
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .jwtID(parameter(offer, "challenge"))
                .claim("authorization", parameter(offer, "authorization"));
    }

    private JWSHeader.Builder withKey() {
        return header().jwk(alice.key.toPublicJWK());
    }

    private static String base64(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code jwt} with another header, its signature as it was. */
    private static String withHeader(String jwt, String header) {
        return base64(header) + jwt.substring(jwt.indexOf('.'));
    }

    private Map<String, String> malformedRegistrations() throws JOSEException {
        var good = sign(withKey(), claims(), alice.key).serialize();
        var rows = new LinkedHashMap<String, String>();
        rows.put("not a JWT", "abc");
        rows.put("two segments", good.substring(0, good.lastIndexOf('.')));
        rows.put("four segments", good + ".x");
        rows.put("no signature", good.substring(0, good.lastIndexOf('.') + 1));
        rows.put("padding", good + "=");
        rows.put(
                "oversized",
                sign(withKey(), claims().claim("x", "x".repeat(9_000)), alice.key)
                        .serialize());
        rows.put(
                "wrong typ",
                sign(withKey().type(new JOSEObjectType("dpop+jwt")), claims(), alice.key)
                        .serialize());
        rows.put("no typ", sign(withKey().type(null), claims(), alice.key).serialize());
        rows.put("no key", sign(header(), claims(), alice.key).serialize());
        rows.put("another's signature", sign(withKey(), claims(), newKey()).serialize());
        rows.put(
                "unknown critical header",
                sign(withKey().criticalParams(java.util.Set.of("exp")), claims(), alice.key)
                        .serialize());
        rows.put(
                "alg none",
                withHeader(good, "{\"alg\":\"none\",\"typ\":\"dbsc+jwt\",\"jwk\":" + alice.key.toPublicJWK() + "}"));
        rows.put("private key", withHeader(good, "{\"alg\":\"ES256\",\"typ\":\"dbsc+jwt\",\"jwk\":" + alice.key + "}"));
        rows.put("key is a text", withHeader(good, "{\"alg\":\"ES256\",\"typ\":\"dbsc+jwt\",\"jwk\":\"k\"}"));
        rows.put(
                "duplicate member",
                withHeader(
                        good,
                        "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"typ\":\"dbsc+jwt\",\"jwk\":" + alice.key.toPublicJWK()
                                + "}"));
        rows.put(
                "EC key for RS256",
                withHeader(good, "{\"alg\":\"RS256\",\"typ\":\"dbsc+jwt\",\"jwk\":" + alice.key.toPublicJWK() + "}"));
        rows.put(
                "ES384, not offered",
                withHeader(good, "{\"alg\":\"ES384\",\"typ\":\"dbsc+jwt\",\"jwk\":" + alice.key.toPublicJWK() + "}"));
        rows.put("HMAC with the public key", hmac());
        rows.put("nested deeply", withHeader(good, "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}"));
        rows.put("jti missing", sign(withKey(), claims().jwtID(null), alice.key).serialize());
        rows.put(
                "jti invented",
                sign(withKey(), claims().jwtID("A".repeat(75)), alice.key).serialize());
        rows.put(
                "jti is the authorization's",
                sign(
                                withKey(),
                                claims().jwtID(parameter(offer, "authorization").replaceFirst("^[^.]*\\.", "")),
                                alice.key)
                        .serialize());
        rows.put(
                "authorization missing",
                sign(withKey(), claims().claim("authorization", null), alice.key)
                        .serialize());
        rows.put(
                "authorization a number",
                sign(withKey(), claims().claim("authorization", 1), alice.key).serialize());
        rows.put(
                "authorization without a session",
                sign(
                                withKey(),
                                claims().claim(
                                                "authorization",
                                                parameter(offer, "authorization")
                                                        .replaceFirst("^[^.]*\\.", "")),
                                alice.key)
                        .serialize());
        rows.put(
                "authorization is the challenge",
                sign(
                                withKey(),
                                claims().claim(
                                                "authorization",
                                                parameter(offer, "authorization")
                                                                .replaceFirst("\\..*", ".")
                                                        + parameter(offer, "challenge")),
                                alice.key)
                        .serialize());
        rows.put(
                "for another audience",
                sign(withKey(), claims().audience("https://other.example"), alice.key)
                        .serialize());
        rows.put(
                "for another subject",
                sign(withKey(), claims().subject("se_other"), alice.key).serialize());
        return rows;
    }

    private String hmac() throws JOSEException {
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("dbsc+jwt"))
                        .jwk(alice.key.toPublicJWK())
                        .build(),
                claims().build());
        jwt.sign(new MACSigner(alice.key.toECPublicKey().getEncoded()));
        return jwt.serialize();
    }

    @Test
    void malformedRegistrationsBindNothing() throws Exception {
        for (var row : malformedRegistrations().entrySet()) {
            var answer = alice.registerWith(row.getValue());
            assertThat(answer.statusCode()).as(row.getKey()).isEqualTo(400);
            assertThat(answer.headers().allValues("Set-Cookie"))
                    .as(row.getKey())
                    .isEmpty();
        }
        assertThat(deployment.evidenceOf("session.bound")).isZero();
        assertThat(alice.browser.post("/dbsc/registration", "").statusCode()).isEqualTo(400);
        assertThat(alice.register(offer).statusCode()).as("the honest one").isEqualTo(200);
    }

    @Test
    void anRsaKeyIsAsGood() throws Exception {
        var rsa = new RSAKeyGenerator(2048).generate();
        assertThat(registerRsa(rsa)).isEqualTo(200);
        var session = alice.page().body();
        assertThat(deployment
                        .sessions
                        .find(new SessionId(session))
                        .orElseThrow()
                        .binding()
                        .kind())
                .isEqualTo("dbsc");
        alice.session = session;
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType("dbsc+jwt"))
                        .build(),
                new JWTClaimsSet.Builder().jwtID(alice.challenge()).build());
        jwt.sign(new RSASSASigner(rsa));
        assertThat(alice.refreshWith(jwt.serialize()).statusCode()).isEqualTo(200);
    }

    private int registerRsa(RSAKey rsa) throws Exception {
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType("dbsc+jwt"))
                        .jwk(rsa.toPublicJWK())
                        .build(),
                claims().build());
        jwt.sign(new RSASSASigner(rsa));
        return alice.registerWith(jwt.serialize()).statusCode();
    }

    @Test
    void malformedRefreshesProveNothing() throws Exception {
        alice.register(offer);
        alice.session = alice.page().body();
        alice.browser.cookies.clear(); // only who has the cookie suspends: see BoundSessionTest
        var other = newKey();
        var rows = new LinkedHashMap<String, String>();
        rows.put("not a JWT", "abc");
        rows.put(
                "wrong typ",
                sign(header().type(JOSEObjectType.JWT), claimsOf(alice.challenge()), alice.key)
                        .serialize());
        rows.put(
                "another key",
                sign(header(), claimsOf(alice.challenge()), other).serialize());
        rows.put(
                "another key that it brings",
                sign(header().jwk(other.toPublicJWK()), claimsOf(alice.challenge()), other)
                        .serialize());
        rows.put(
                "own signature, another key beside it",
                sign(header().jwk(other.toPublicJWK()), claimsOf(alice.challenge()), alice.key)
                        .serialize());
        rows.put(
                "another algorithm",
                withHeader(alice.proof(alice.challenge()), "{\"alg\":\"RS256\",\"typ\":\"dbsc+jwt\"}"));
        rows.put(
                "for another subject",
                sign(header(), claimsOf(alice.challenge()).subject("se_x"), alice.key)
                        .serialize());
        rows.put("no jti", sign(header(), new JWTClaimsSet.Builder(), alice.key).serialize());
        for (var row : rows.entrySet()) {
            assertThat(alice.refreshWith(row.getValue()).statusCode())
                    .as(row.getKey())
                    .isEqualTo(401);
        }
        assertThat(alice.refreshWith("x".repeat(9_000)).statusCode())
                .as("oversized")
                .isEqualTo(400);
        assertThat(deployment.evidenceOf("session.proved")).isZero();
        assertThat(alice.browser.cookies).isEmpty();
        assertThat(alice.refresh().statusCode()).as("the honest one").isEqualTo(200);
        assertThat(deployment
                        .sessions
                        .find(new SessionId(alice.session))
                        .orElseThrow()
                        .state())
                .isEqualTo(SessionState.ACTIVE);
    }

    private static JWTClaimsSet.Builder claimsOf(String challenge) {
        return new JWTClaimsSet.Builder().jwtID(challenge);
    }

    @Test
    void refreshesNameOneSession() throws Exception {
        var path = "/dbsc/refresh";
        var id = "Sec-Secure-Session-Id";
        assertThat(alice.browser.post(path, "").statusCode()).as("none").isEqualTo(400);
        for (var bad :
                new String[] {"\"\"", "\"se_x\"", "\"se_" + "a".repeat(22), "se_" + "a".repeat(300), "\"a\\\"b\""}) {
            assertThat(alice.browser.post(path, "", id, bad).statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
        var unknown = "se_" + "a".repeat(22);
        assertThat(alice.browser.post(path, "", id, unknown, id, unknown).statusCode())
                .as("twice")
                .isEqualTo(400);
        assertThat(alice.browser.post(path, "", id, unknown).statusCode())
                .as("unknown")
                .isEqualTo(410);
    }

    @Test
    void overPlainHttpNoKeyIsAskedFor() throws Exception {
        try (var plain = new LoginDeployment(Engine.SQLITE)) {
            assertThat(new BoundBrowser(plain).logIn("alice")).isEmpty();
        }
    }
}
