package dev.countersign.door;

import static dev.countersign.door.DoorDeployment.ACCESS_TOKEN;
import static dev.countersign.door.DoorDeployment.AUDIENCE;
import static dev.countersign.door.DoorDeployment.JWT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.jose.ClockSkew;
import dev.countersign.store.Database.Engine;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class AccessTokenDoorTest {
    private final TestIssuer provider = new TestIssuer();
    private final DoorDeployment deployment;

    AccessTokenDoorTest(Engine engine) {
        var terms = new Terms(AUDIENCE, Set.of("account"), Duration.ofHours(1), Reuse.ONCE);
        var door = new DoorSettings.AccessTokens(
                URI.create(provider.issuer()),
                Keys.DISCOVERED,
                terms,
                Set.of("act"),
                "preferred_username",
                "groups",
                Set.of("batch"));
        deployment = new DoorDeployment(engine, new DoorSettings(List.of(door), List.of(), null, List.of(), List.of()));
    }

    @AfterEach
    void close() {
        deployment.close();
        provider.close();
    }

    private JWTClaimsSet.Builder claims() {
        var now = deployment.clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(provider.issuer())
                .audience(List.of(AUDIENCE, "account"))
                .subject("8d3f")
                .claim("preferred_username", "priya")
                .claim("client_id", "spa")
                .claim("scope", "openid act")
                .claim("groups", List.of("on-call"))
                .claim("amr", List.of("pwd", "otp"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(TestIssuer.id());
    }

    private String token() {
        return provider.sign("at+jwt", claims().build());
    }

    @Test
    void anAccessTokenOpensASessionOfItsUserThatEndsWithIt() {
        var key = deployment.key();
        var answer = deployment.exchange(key, ACCESS_TOKEN, token());
        assertThat(answer.status()).as(answer.description()).isEqualTo(200);
        assertThat(answer.json().path("token_type").stringValue()).isEqualTo("DPoP");
        var session = deployment.introspect(answer.accessToken());
        assertThat(session.path("sub").stringValue()).isEqualTo("priya");
        assertThat(session.path("acr").stringValue()).isEqualTo("urn:countersign:acr:mfa");
        assertThat(session.path("cnf").path("jkt").stringValue()).isEqualTo(key.thumbprint());
        deployment.pass(Duration.ofSeconds(299));
        assertThat(deployment.introspect(answer.accessToken()).path("active").booleanValue())
                .isTrue();
        deployment.pass(Duration.ofSeconds(1).plus(ClockSkew.ALLOWED));
        assertThat(deployment.introspect(answer.accessToken()).path("active").booleanValue())
                .isFalse();
    }

    @Test
    void itOpensOneSessionWhateverTypeItIsPresentedAs() {
        var token = token();
        assertThat(deployment.exchange(deployment.key(), JWT, token).status()).isEqualTo(200);
        var again = deployment.exchange(deployment.key(), ACCESS_TOKEN, token);
        assertThat(again.error()).isEqualTo("invalid_grant");
        assertThat(again.description()).isEqualTo("The token was used before");
    }

    @Test
    void aClientThatSettingsNameIsAWorkloadAndNoOtherClientIsAnybody() {
        var own =
                claims().subject("service-account").claim("client_id", "batch").claim("preferred_username", null);
        var answer = deployment.exchange(deployment.key(), ACCESS_TOKEN, provider.sign("at+jwt", own.build()));
        assertThat(answer.status()).as(answer.description()).isEqualTo(200);
        assertThat(deployment.introspect(answer.accessToken()).path("sub").stringValue())
                .isEqualTo("batch");
        var other = claims().subject("spa");
        assertThat(deployment
                        .exchange(deployment.key(), ACCESS_TOKEN, provider.sign("at+jwt", other.build()))
                        .description())
                .contains("settings do not name as a workload");
    }

    @Test
    void aTokenThatIsBoundToAKeyIsExchangedByThatKeyAlone() {
        var owner = deployment.key();
        var bound = provider.sign(
                "at+jwt",
                claims().claim("cnf", Map.of("jkt", owner.thumbprint())).build());
        assertThat(deployment.exchange(deployment.key(), ACCESS_TOKEN, bound).description())
                .isEqualTo("The token is bound to another key");
        assertThat(deployment.exchange(owner, ACCESS_TOKEN, bound).status()).isEqualTo(200);
        var certificate = claims().claim("cnf", Map.of("x5t#S256", "abc"));
        assertThat(deployment
                        .exchange(owner, ACCESS_TOKEN, provider.sign("at+jwt", certificate.build()))
                        .description())
                .contains("cannot check");
    }

    @Test
    void everythingElseOpensNothing() {
        var now = deployment.clock.instant();
        var wrong = new LinkedHashMap<String, JWTClaimsSet.Builder>();
        wrong.put("another audience", claims().audience("https://other.example"));
        wrong.put("an audience that is ours but for a slash", claims().audience(AUDIENCE + "/"));
        wrong.put("a foreign audience beside ours", claims().audience(List.of(AUDIENCE, "https://other.example")));
        wrong.put("only the other audience", claims().audience("account"));
        wrong.put("no audience", claims().audience((String) null));
        wrong.put("another issuer", claims().issuer("https://evil.example"));
        wrong.put("issuer with a slash", claims().issuer(provider.issuer() + "/"));
        wrong.put("no issuer", claims().issuer(null));
        wrong.put("no subject", claims().subject(null));
        wrong.put("no client", claims().claim("client_id", null));
        wrong.put("no id", claims().jwtID(null));
        wrong.put("no user name", claims().claim("preferred_username", null));
        wrong.put("user name too long", claims().claim("preferred_username", "a".repeat(256)));
        wrong.put("scope missing", claims().claim("scope", "openid action"));
        wrong.put("no scope", claims().claim("scope", null));
        wrong.put("delegated", claims().claim("act", Map.of("sub", "agent")));
        wrong.put("no expiry", claims().expirationTime(null));
        wrong.put("no issue time", claims().issueTime(null));
        wrong.put("expiry is text", claims().claim("exp", "never"));
        wrong.put("groups is text in objects", claims().claim("groups", List.of(Map.of("a", "b"))));
        wrong.put("expired before issued", claims().expirationTime(at(now.minusSeconds(10))));
        wrong.forEach((name, claims) -> refused(name, provider.sign("at+jwt", claims.build())));
    }

    private static Date at(Instant time) {
        return Date.from(time);
    }

    private void refused(String name, String token) {
        var answer = deployment.exchange(deployment.key(), ACCESS_TOKEN, token);
        assertThat(answer.status()).as(name).isEqualTo(400);
        assertThat(answer.error()).as(name).isEqualTo("invalid_grant");
    }

    @Test
    void othersTypesAlgorithmsAndKeysOpenNothing() {
        for (var type : new String[] {"JWT", "dpop+jwt", "secevent+jwt", "at+jwtx", null}) {
            refused("type " + type, provider.sign(type, claims().build()));
        }
        assertThat(deployment
                        .exchange(deployment.key(), ACCESS_TOKEN, provider.sign("application/AT+JWT", claims().build()))
                        .status())
                .isEqualTo(200);
        var stranger = TestIssuer.newKey();
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("at+jwt"));
        refused("own key", TestIssuer.sign(header.keyID(stranger.getKeyID()).build(), claims().build(), stranger));
        refused(
                "own key under the known id",
                TestIssuer.sign(header.keyID(provider.key.getKeyID()).build(), claims().build(), stranger));
        refused(
                "own key in the header",
                TestIssuer.sign(header.keyID(null).jwk(stranger.toPublicJWK()).build(), claims().build(), stranger));
        var good = token();
        var unsigned = good.substring(0, good.lastIndexOf('.') + 1);
        refused("no signature", unsigned);
        refused(
                "alg none",
                "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0" + unsigned.substring(unsigned.indexOf('.')) + "AA");
        refused("nonsense", "a.b.c");
        var longest = "a".repeat(DoorDeployment.MAX_TOKEN - ".b.c".length()) + ".b.c";
        refused("longest", longest);
        assertThat(deployment
                        .exchange(deployment.key(), ACCESS_TOKEN, "a" + longest)
                        .error())
                .isEqualTo("invalid_request");
    }

    @Test
    void clocksMayDifferByTheOneAllowanceBothWaysAndNoMore() {
        var skew = ClockSkew.ALLOWED;
        var now = deployment.clock.instant();
        var times = new LinkedHashMap<JWTClaimsSet.Builder, Integer>();
        times.put(
                claims().issueTime(at(now.minusSeconds(400)))
                        .expirationTime(at(now.minus(skew).plusSeconds(1))),
                200);
        times.put(claims().issueTime(at(now.minusSeconds(400))).expirationTime(at(now.minus(skew))), 400);
        times.put(claims().issueTime(at(now.plus(skew))), 200);
        times.put(claims().issueTime(at(now.plus(skew).plusSeconds(1))), 400);
        times.put(claims().notBeforeTime(at(now.plus(skew))), 200);
        times.put(claims().notBeforeTime(at(now.plus(skew).plusSeconds(1))), 400);
        times.forEach((claims, status) -> {
            var answer = deployment.exchange(deployment.key(), ACCESS_TOKEN, provider.sign("at+jwt", claims.build()));
            assertThat(answer.status())
                    .as(claims.getClaims() + answer.description())
                    .isEqualTo(status);
        });
    }

    @Test
    void keysRotateAndWhileTheProviderIsAwayTheKnownOnesStay() {
        assertThat(deployment.exchange(deployment.key(), ACCESS_TOKEN, token()).status())
                .isEqualTo(200);
        provider.rotate();
        deployment.pass(Duration.ofSeconds(10));
        assertThat(deployment.exchange(deployment.key(), ACCESS_TOKEN, token()).status())
                .isEqualTo(200);
        for (var i = 0; i < 5; i++) {
            provider.rotate();
            refused("unknown key", token());
        }
        assertThat(provider.fetches).hasValue(2);
        provider.away = true;
        deployment.pass(Duration.ofHours(25));
        var answer = deployment.exchange(deployment.key(), ACCESS_TOKEN, token());
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.error()).isEqualTo("temporarily_unavailable");
    }

    @Test
    void aProviderThatWasNeverThereIsToldAsSuch() {
        provider.away = true;
        assertThat(deployment.exchange(deployment.key(), ACCESS_TOKEN, token()).error())
                .isEqualTo("temporarily_unavailable");
    }
}
