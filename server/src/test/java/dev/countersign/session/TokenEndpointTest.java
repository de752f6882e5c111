package dev.countersign.session;

import static dev.countersign.session.Deployment.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.key.Sha256;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.store.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.Engine.class)
final class TokenEndpointTest {
    private final Deployment deployment;
    private final DpopClient page = new DpopClient();

    TokenEndpointTest(Database.Engine engine) throws IOException {
        deployment = new Deployment(engine);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String idToken() {
        return deployment.provider.sign(
                deployment.provider.claims(deployment.clock.instant()).build());
    }

    @Test
    void anIdTokenIsExchangedForATokenBoundToTheKey() {
        var answer = deployment.exchange(page, idToken());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("token_type").stringValue()).isEqualTo("DPoP");
        var token = json(answer).get("access_token").stringValue();
        var check = deployment.feature.check();
        var uri = "http://bank.example/transfers";
        var first = (Checked.Refused) check.check(new Presented(
                token,
                "DPoP",
                page.proof("GET", uri, deployment.clock.instant(), Sha256.base64url(token), null),
                "GET",
                uri,
                null,
                null,
                null));
        assertThat(first.code()).isEqualTo("use_dpop_nonce");
        var proof = page.proof("GET", uri, deployment.clock.instant(), Sha256.base64url(token), first.nextNonce());
        var live = (Checked.Live) check.check(new Presented(token, "DPoP", proof, "GET", uri, null, null, null));
        assertThat(live.session().principal().id()).isEqualTo("alice");
        assertThat(live.session().groups()).containsExactly("treasury");
        assertThat(live.session().login().acr()).isEqualTo(Acr.MFA);
    }

    @Test
    void anIdTokenOpensOneSession() {
        var token = idToken();
        assertThat(deployment.exchange(page, token).statusCode()).isEqualTo(200);
        var again = deployment.exchange(page, token);
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(json(again).get("error").stringValue()).isEqualTo("invalid_grant");
    }

    @Test
    void anIdTokenForAnotherAudienceIssuerOrTimeOpensNothing() {
        var now = deployment.clock.instant();
        var provider = deployment.provider;
        var wrong = Map.of(
                "audience", provider.claims(now).audience("other"),
                "issuer", provider.claims(now).issuer("https://other.example"),
                "expired", provider.claims(now.minusSeconds(3600)),
                "future", provider.claims(now.plusSeconds(3600)),
                "azp", provider.claims(now).claim("azp", "other"),
                "name", provider.claims(now).subject(null));
        wrong.forEach((name, claims) -> {
            var answer = deployment.exchange(page, provider.sign(claims.build()));
            assertThat(answer.statusCode()).as(name).isEqualTo(400);
            assertThat(json(answer).get("error").stringValue()).as(name).isEqualTo("invalid_grant");
        });
    }

    @Test
    void aRotatedKeyIsFoundAndAnOutageKeepsTheKnownOnes() {
        assertThat(deployment.exchange(page, idToken()).statusCode()).isEqualTo(200);
        deployment.provider.rotateKey();
        deployment.clock.advance(ProviderKeys.MIN_REFRESH);
        assertThat(deployment.exchange(page, idToken()).statusCode()).isEqualTo(200);
        deployment.provider.away = true;
        deployment.clock.advance(ProviderKeys.MAX_AGE.plusSeconds(1));
        assertThat(deployment.exchange(page, idToken()).statusCode()).isEqualTo(200);
    }

    @Test
    void unknownKeysDoNotMakeUsFetchAgainAndAgain() {
        assertThat(deployment.exchange(page, idToken()).statusCode()).isEqualTo(200);
        deployment.provider.rotateKey();
        for (var i = 0; i < 5; i++) {
            assertThat(deployment.exchange(page, idToken()).statusCode()).isEqualTo(400);
        }
        assertThat(deployment.provider.keyFetches.get()).isEqualTo(1);
    }

    @Test
    void aProviderThatIsAwayIsToldAsSuch() {
        deployment.provider.away = true;
        var answer = deployment.exchange(page, idToken());
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).get("error").stringValue()).isEqualTo("temporarily_unavailable");
    }

    @Test
    void badRequestsAreRefusedInOAuthsForm() {
        var form = "application/x-www-form-urlencoded";
        var wrong = new LinkedHashMap<String, String[]>();
        wrong.put("", new String[] {form, "400", "invalid_request"});
        wrong.put("grant_type=password", new String[] {form, "400", "unsupported_grant_type"});
        wrong.put("grant_type=a&grant_type=b", new String[] {form, "400", "invalid_request"});
        wrong.put("grant_type=%zz", new String[] {form, "400", "invalid_request"});
        wrong.put("{}", new String[] {"application/json", "415", "invalid_request"});
        wrong.put("grant_type=authorization_code", new String[] {form, "400", "invalid_request"});
        wrong.put("grant_type=authorization_code&client_id=no", new String[] {form, "401", "invalid_client"});
        wrong.put("grant_type=authorization_code&client_id=bank", new String[] {form, "400", "invalid_request"});
        wrong.put("grant_type=client_credentials", new String[] {form, "401", "invalid_client"});
        wrong.put("grant_type=" + "a".repeat(20_000), new String[] {form, "400", "invalid_request"});
        wrong.put(
                "grant_type=authorization_code&client_id=bank&code=a&redirect_uri=b&code_verifier=c",
                new String[] {form, "400", "invalid_dpop_proof"});
        wrong.forEach((body, expected) -> {
            var answer = deployment.post("/oauth/token", body, "Content-Type", expected[0]);
            var name = body.length() > 80 ? body.substring(0, 80) : body;
            assertThat(answer.statusCode()).as(name).isEqualTo(Integer.parseInt(expected[1]));
            assertThat(json(answer).get("error").stringValue()).as(name).isEqualTo(expected[2]);
        });
    }

    @Test
    void twoProofsAreNoProof() {
        var proof = page.proof("POST", Deployment.TOKEN_ENDPOINT, deployment.clock.instant(), null, null);
        var answer = deployment.form("/oauth/token", Deployment.exchangeForm(idToken()), "DPoP", proof, "DPoP", proof);
        assertThat(json(answer).get("error").stringValue()).isEqualTo("invalid_dpop_proof");
    }

    @Test
    void onlyPagesOfRegisteredApplicationsMayReadTheAnswer() {
        var ours = deployment.form("/oauth/token", Map.of(), "Origin", "http://localhost:8402");
        assertThat(ours.headers().firstValue("Access-Control-Allow-Origin")).hasValue("http://localhost:8402");
        var other = deployment.form("/oauth/token", Map.of(), "Origin", "https://evil.example");
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void introspectionTellsEnforcementPointsAndRevocationEndsTheSession() {
        var token =
                json(deployment.exchange(page, idToken())).get("access_token").stringValue();
        var key = "Bearer " + Deployment.API_KEY;
        var active = deployment.form("/oauth/introspect", Map.of("token", token), "Authorization", key);
        assertThat(json(active).get("active").booleanValue()).isTrue();
        assertThat(json(active).get("cnf").get("jkt").stringValue()).isEqualTo(page.thumbprint());
        assertThat(deployment.form("/oauth/introspect", Map.of("token", token)).statusCode())
                .isEqualTo(401);
        assertThat(deployment
                        .form("/oauth/revoke", Map.of("token", token, "client_id", "bank"))
                        .statusCode())
                .isEqualTo(200);
        var ended = deployment.form("/oauth/introspect", Map.of("token", token), "Authorization", key);
        assertThat(json(ended).get("active").booleanValue()).isFalse();
        assertThat(json(ended).size()).isEqualTo(1);
        assertThat(deployment
                        .form("/oauth/revoke", Map.of("token", "nonsense", "client_id", "bank"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anEnforcementPointGetsATokenForItsKeyOnce() {
        var now = deployment.clock.instant();
        var assertion = TestProvider.Jwts.sign(
                new JWSHeader.Builder(JWSAlgorithm.ES256).build(),
                new JWTClaimsSet.Builder()
                        .issuer("gateway")
                        .subject("gateway")
                        .audience("http://localhost:8400")
                        .expirationTime(Date.from(now.plus(Duration.ofMinutes(2))))
                        .jwtID(UUID.randomUUID().toString())
                        .build(),
                deployment.enforcerKey);
        var form = Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                ClientAssertions.TYPE,
                "client_assertion",
                assertion);
        var answer = deployment.form("/oauth/token", form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var token = json(answer).get("access_token").stringValue();
        assertThat(deployment.get("/who", "Authorization", "Bearer " + token).body())
                .isEqualTo("gateway");
        assertThat(deployment
                        .get("/who", "Authorization", "Bearer " + Deployment.API_KEY)
                        .body())
                .isEqualTo("bank");
        assertThat(deployment.form("/oauth/token", form).statusCode()).isEqualTo(401);
        var persons =
                json(deployment.exchange(page, idToken())).get("access_token").stringValue();
        for (var wrong : new String[] {"Bearer nonsense", "Bearer " + persons, "Basic dGVzdA==", "Bearer"}) {
            assertThat(deployment.get("/who", "Authorization", wrong).statusCode())
                    .isEqualTo(401);
        }
        assertThat(deployment.get("/who").statusCode()).isEqualTo(401);
        deployment.clock.advance(Duration.ofMinutes(5));
        assertThat(deployment.get("/who", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(401);
    }

    @Test
    void metadataAndKeysArePublishedWithoutPrivateParts() {
        assertThat(json(deployment.get("/.well-known/oauth-authorization-server"))
                        .get("token_endpoint")
                        .stringValue())
                .isEqualTo(Deployment.TOKEN_ENDPOINT);
        for (var key : json(deployment.get("/.well-known/jwks.json")).get("keys")) {
            assertThat(key.has("d")).isFalse();
        }
    }
}
