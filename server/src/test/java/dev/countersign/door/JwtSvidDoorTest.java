package dev.countersign.door;

import static dev.countersign.door.DoorDeployment.ACCESS_TOKEN;
import static dev.countersign.door.DoorDeployment.AUDIENCE;
import static dev.countersign.door.DoorDeployment.JWT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.DoorSettings.TrustDomain;
import dev.countersign.jose.ClockSkew;
import dev.countersign.store.Database.Engine;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JwtSvidDoorTest {
    private static final String ID = "spiffe://example.org/ns/shop/sa/api";

    private final TestIssuer domain = new TestIssuer();
    private final TestIssuer other = new TestIssuer();
    private final DoorDeployment deployment = new DoorDeployment(
            Engine.SQLITE,
            new DoorSettings(
                    List.of(),
                    List.of(
                            new TrustDomain("example.org", null, domain.uri("/bundle"), null),
                            new TrustDomain("partner.example", null, other.uri("/bundle"), null)),
                    new DoorSettings.JwtSvids(
                            new Terms(AUDIENCE, Set.of(), Duration.ofMinutes(10), Reuse.UNTIL_EXPIRY)),
                    List.of(),
                    List.of()));

    @AfterEach
    void close() {
        deployment.close();
        domain.close();
        other.close();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .audience(AUDIENCE)
                .subject(ID)
                .issueTime(Date.from(deployment.clock.instant()))
                .expirationTime(Date.from(deployment.clock.instant().plusSeconds(300)));
    }

    private void refused(String name, String token, String why) {
        var answer = deployment.exchange(deployment.key(), JWT, token);
        assertThat(answer.error()).as(name).isEqualTo("invalid_grant");
        assertThat(answer.description()).as(name).contains(why);
    }

    @Test
    void aWorkloadOpensSessionsUntilItsDocumentExpires() {
        var svid = domain.sign(null, claims().build());
        for (var key : List.of(deployment.key(), deployment.key())) {
            var answer = deployment.exchange(key, JWT, svid);
            assertThat(answer.status()).as(answer.description()).isEqualTo(200);
            var session = deployment.introspect(answer.accessToken());
            assertThat(session.path("sub").stringValue()).isEqualTo(ID);
            assertThat(session.path("cnf").path("jkt").stringValue()).isEqualTo(key.thumbprint());
        }
        deployment.pass(Duration.ofMinutes(5).plus(ClockSkew.ALLOWED));
        refused("expired", svid, "expired");
    }

    @Test
    void aSessionEndsAfterTheLongestTimeHoweverLongTheDocumentLives() {
        var svid = domain.sign(
                "JWT",
                claims().expirationTime(Date.from(deployment.clock.instant().plusSeconds(86_400)))
                        .build());
        var first = deployment.exchange(deployment.key(), JWT, svid);
        deployment.pass(Duration.ofMinutes(4));
        assertThat(deployment.introspect(first.accessToken()).path("active").booleanValue())
                .isTrue();
        deployment.pass(Duration.ofMinutes(6));
        assertThat(deployment.introspect(first.accessToken()).path("active").booleanValue())
                .isFalse();
        assertThat(deployment.exchange(deployment.key(), JWT, svid).status()).isEqualTo(200);
    }

    @Test
    void keysOfOneTrustDomainNeverSpeakForAnother() {
        refused("partner's key", other.sign(null, claims().build()), "no key of its issuer");
        var theirs = claims().subject("spiffe://partner.example/job").build();
        refused("our key", domain.sign(null, theirs), "no key of its issuer");
        assertThat(deployment
                        .exchange(deployment.key(), JWT, other.sign(null, theirs))
                        .status())
                .isEqualTo(200);
        refused(
                "unknown domain",
                domain.sign(
                        null,
                        claims().subject("spiffe://evil.example/ns/shop/sa/api").build()),
                "not configured");
    }

    @Test
    void everythingElseOpensNothing() {
        var wrong = new LinkedHashMap<String, JWTClaimsSet.Builder>();
        wrong.put("another audience", claims().audience("https://other.example"));
        wrong.put("several audiences", claims().audience(List.of(AUDIENCE, "https://other.example")));
        wrong.put("no audience", claims().audience((String) null));
        wrong.put(
                "expired",
                claims().expirationTime(Date.from(deployment.clock.instant().minusSeconds(60))));
        wrong.put("no expiry", claims().expirationTime(null));
        wrong.put("no path", claims().subject("spiffe://example.org"));
        wrong.put("dots", claims().subject("spiffe://example.org/a/../b"));
        wrong.put("upper case", claims().subject("spiffe://EXAMPLE.org/a"));
        wrong.put("too long a name", claims().subject("spiffe://example.org/" + "a".repeat(240)));
        wrong.put("delegated", claims().claim("act", Map.of("sub", "x")));
        wrong.forEach((name, claims) -> refused(name, domain.sign(null, claims.build()), ""));
        refused("no SPIFFE id", domain.sign(null, claims().subject("alice").build()), "not configured");
        var asAccessToken = deployment.exchange(deployment.key(), ACCESS_TOKEN, domain.sign(null, claims().build()));
        assertThat(asAccessToken.error()).isEqualTo("invalid_grant");
    }

    @Test
    void headersThatADocumentMustNotHaveOpenNothing() throws JOSEException {
        refused("type", domain.sign("at+jwt", claims().build()), "another type");
        refused("lower case type", domain.sign("jwt", claims().build()), "another type");
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(domain.key.getKeyID());
        refused(
                "key in the header",
                TestIssuer.sign(header.jwk(domain.key.toPublicJWK()).build(), claims().build(), domain.key),
                "must not have");
        var ed25519 = new OctetKeyPairGenerator(Curve.Ed25519).generate();
        var signed = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.EdDSA).build(), claims().build());
        signed.sign(new Ed25519Signer(ed25519));
        refused("EdDSA", signed.serialize(), "not one of a JWT-SVID");
    }

    @Test
    void bundlesRotateWhileTheServerRuns() {
        assertThat(deployment
                        .exchange(deployment.key(), JWT, domain.sign(null, claims().build()))
                        .status())
                .isEqualTo(200);
        var old = domain.sign(null, claims().build());
        domain.rotate();
        deployment.pass(Duration.ofSeconds(10));
        assertThat(deployment
                        .exchange(deployment.key(), JWT, domain.sign(null, claims().build()))
                        .status())
                .isEqualTo(200);
        refused("the withdrawn key", old, "no key of its issuer");
        domain.away = true;
        deployment.pass(Duration.ofHours(1));
        assertThat(deployment
                        .exchange(deployment.key(), JWT, domain.sign(null, claims().build()))
                        .status())
                .isEqualTo(200);
        deployment.pass(Duration.ofHours(24));
        assertThat(deployment
                        .exchange(deployment.key(), JWT, domain.sign(null, claims().build()))
                        .error())
                .isEqualTo("temporarily_unavailable");
    }
}
