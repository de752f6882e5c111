package dev.countersign.session;

import static dev.countersign.session.Deployment.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.store.Database;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@ParameterizedClass
@EnumSource(Database.Engine.class)
final class RefreshTest {
    private final Deployment deployment;
    private final DpopClient page = new DpopClient();
    private JsonNode first;

    RefreshTest(Database.Engine engine) throws IOException {
        deployment = new Deployment(engine);
    }

    @BeforeEach
    void login() {
        first = deployment.login(page, "mobile");
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private HttpResponse<String> refresh(DpopClient client, String token) {
        return deployment.token(client, form(token));
    }

    private static Map<String, String> form(String token) {
        return Map.of("grant_type", "refresh_token", "client_id", "mobile", "refresh_token", token);
    }

    private static String refreshToken(JsonNode answer) {
        return answer.get("refresh_token").stringValue();
    }

    private static String accessToken(JsonNode answer) {
        return answer.get("access_token").stringValue();
    }

    private String error(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return json(answer).get("error").stringValue();
    }

    private boolean isLive(JsonNode answer) {
        return deployment.present(page, accessToken(answer)) instanceof Checked.Live;
    }

    private void pastTheRetry() {
        deployment.clock.advance(RefreshTokens.RETRY);
    }

    @Test
    void eachUseGivesANewTokenOfTheSameSession() {
        var token = refreshToken(first);
        for (var i = 0; i < 5; i++) {
            deployment.clock.advance(Duration.ofMinutes(6));
            var next = json(refresh(page, token));
            assertThat(refreshToken(next)).isNotEqualTo(token);
            assertThat(Deployment.claims(accessToken(next)).get("sid"))
                    .isEqualTo(Deployment.claims(accessToken(first)).get("sid"));
            assertThat(isLive(next)).isTrue();
            token = refreshToken(next);
        }
        assertThat(deployment.evidenceOf("refresh_token.used")).isEqualTo(5);
    }

    @Test
    void aClientThatIsNotToRefreshGetsNone() {
        assertThat(deployment.login(new DpopClient(), "bank").has("refresh_token"))
                .isFalse();
    }

    @Test
    void aSecondUseEndsTheSessionAndAllItsTokens() {
        var second = json(refresh(page, refreshToken(first)));
        pastTheRetry();
        assertThat(error(refresh(page, refreshToken(first)))).isEqualTo("invalid_grant");
        assertThat(isLive(second)).isFalse();
        assertThat(error(refresh(page, refreshToken(second)))).isEqualTo("invalid_grant");
        var session =
                new SessionId(Deployment.claims(accessToken(first)).get("sid").stringValue());
        assertThat(deployment.feature.sessions().find(session).orElseThrow().state())
                .isEqualTo(SessionState.ENDED);
        assertThat(deployment.feature.sessions().signals(session).getFirst().kind())
                .isEqualTo("refresh_token_reused");
        assertThat(deployment.evidenceOf("session.ended")).isEqualTo(1);
    }

    @Test
    void aThiefWithAUsedTokenEndsItWithoutTheKey() {
        var second = json(refresh(page, refreshToken(first)));
        assertThat(error(refresh(new DpopClient(), refreshToken(first)))).isEqualTo("invalid_grant");
        assertThat(isLive(second)).isFalse();
    }

    @Test
    void aThiefWithAnUnusedTokenGetsNothingAndSpoilsNothing() {
        assertThat(error(refresh(new DpopClient(), refreshToken(first)))).isEqualTo("invalid_grant");
        assertThat(deployment.evidenceOf("session.signal")).isEqualTo(1);
        assertThat(refresh(page, refreshToken(first)).statusCode()).isEqualTo(200);
    }

    @Test
    void aLostAnswerIsGivenAgainToTheSameKeyWhileItsSuccessorIsUnused() {
        var lost = json(refresh(page, refreshToken(first)));
        var again = json(refresh(page, refreshToken(first)));
        assertThat(refreshToken(again)).isEqualTo(refreshToken(lost));
        assertThat(refresh(page, refreshToken(again)).statusCode()).isEqualTo(200);
        // whoever now comes with the first one cannot have lost the answer
        assertThat(error(refresh(page, refreshToken(first)))).isEqualTo("invalid_grant");
        assertThat(isLive(lost)).isFalse();
    }

    @Test
    void twoWhoGoOnFromTheSameAnswerMeetAtTheNextUse() {
        var one = json(refresh(page, refreshToken(first)));
        var other = json(refresh(page, refreshToken(first)));
        assertThat(refresh(page, refreshToken(one)).statusCode()).isEqualTo(200);
        pastTheRetry();
        assertThat(error(refresh(page, refreshToken(other)))).isEqualTo("invalid_grant");
        assertThat(isLive(one)).isFalse();
    }

    @Test
    void ofManyParallelUsesOneSuccessorComes() throws Exception {
        var proofs = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            proofs.add(page.proof(
                    "POST", Deployment.TOKEN_ENDPOINT, deployment.clock.instant(), null, deployment.nonce()));
        }
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<HttpResponse<String>>>();
            for (var proof : proofs) {
                tasks.add(() -> deployment.form("/oauth/token", form(refreshToken(first)), "DPoP", proof));
            }
            var successors = new ArrayList<String>();
            for (var done : pool.invokeAll(tasks)) {
                assertThat(done.get().statusCode()).as(done.get().body()).isEqualTo(200);
                successors.add(refreshToken(json(done.get())));
            }
            assertThat(successors).hasSize(20).containsOnly(successors.getFirst());
        }
        assertThat(deployment.evidenceOf("refresh_token.used")).isEqualTo(1);
    }

    @Test
    void anotherClientOrNoProofGetsNothing() {
        var stolen = Map.of("grant_type", "refresh_token", "client_id", "bank", "refresh_token", refreshToken(first));
        assertThat(error(deployment.token(page, stolen))).isEqualTo("invalid_grant");
        assertThat(error(deployment.form("/oauth/token", form(refreshToken(first)))))
                .isEqualTo("invalid_dpop_proof");
        for (var bad : new String[] {"x", "a".repeat(43), "a".repeat(10_000)}) {
            assertThat(error(refresh(page, bad))).isEqualTo("invalid_grant");
        }
        var widened = new java.util.HashMap<>(form(refreshToken(first)));
        widened.put("scope", "everything");
        assertThat(error(deployment.token(page, widened))).isEqualTo("invalid_request");
        assertThat(refresh(page, refreshToken(first)).statusCode()).isEqualTo(200);
    }

    @Test
    void itGoesNoFurtherThanTheSession() {
        deployment.clock.advance(Duration.ofMinutes(61));
        assertThat(error(refresh(page, refreshToken(first)))).isEqualTo("invalid_grant");

        var again = deployment.login(page, "mobile");
        var end = Duration.ofHours(24);
        var token = refreshToken(again);
        for (var passed = Duration.ZERO; passed.plusMinutes(50).compareTo(end) < 0; passed = passed.plusMinutes(50)) {
            deployment.clock.advance(Duration.ofMinutes(50));
            token = refreshToken(json(refresh(page, token)));
        }
        deployment.clock.advance(Duration.ofMinutes(45));
        assertThat(error(refresh(page, token))).isEqualTo("invalid_grant");
    }

    @Test
    void aSuspendedSessionKeepsItsTokenForAfterTheStepUp() {
        var session =
                new SessionId(Deployment.claims(accessToken(first)).get("sid").stringValue());
        deployment.feature.sessions().suspend(session, "test");
        assertThat(error(refresh(page, refreshToken(first)))).isEqualTo("invalid_grant");
        deployment
                .feature
                .sessions()
                .raise(session, new Assurance(Acr.PHR, java.util.Set.of("hwk"), deployment.clock.instant()));
        assertThat(refresh(page, refreshToken(first)).statusCode()).isEqualTo(200);
    }

    @Test
    void revokingItEndsTheSession() {
        var form = Map.of("token", refreshToken(first), "client_id", "mobile", "token_type_hint", "refresh_token");
        assertThat(deployment
                        .form("/oauth/revoke", Map.of("token", refreshToken(first), "client_id", "bank"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(isLive(first)).isTrue();
        assertThat(deployment.form("/oauth/revoke", form).statusCode()).isEqualTo(200);
        assertThat(isLive(first)).isFalse();
        assertThat(error(refresh(page, refreshToken(first)))).isEqualTo("invalid_grant");
    }

    @Test
    void aSessionHasFewFamilies() {
        var session = deployment
                .feature
                .sessions()
                .find(new SessionId(
                        Deployment.claims(accessToken(first)).get("sid").stringValue()))
                .orElseThrow();
        var tokens = new RefreshTokens(
                deployment.evidence.journal(),
                (LiveSessions) deployment.feature.sessions(),
                deployment.clock,
                new java.security.SecureRandom());
        var issued = new ArrayList<String>();
        for (var i = 0; i < RefreshTokens.MAX_FAMILIES; i++) {
            deployment.clock.advance(Duration.ofSeconds(1));
            issued.add(tokens.issue(session, page.thumbprint()));
        }
        assertThat(error(refresh(page, refreshToken(first)))).isEqualTo("invalid_grant");
        for (var token : issued) {
            assertThat(refresh(page, token).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theDatabaseHoldsNoToken() {
        json(refresh(page, refreshToken(first)));
        var stored = deployment.database.read(handle ->
                handle.select("select * from refresh_token").mapToMap().list().toString());
        assertThat(stored).doesNotContain(refreshToken(first));
    }
}
