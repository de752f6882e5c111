package dev.countersign.session;

import static dev.countersign.session.Deployment.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.store.Database;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Our access tokens exchanged for narrower ones (RFC 8693). */
@ParameterizedClass
@EnumSource(Database.Engine.class)
final class DownstreamTest {
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private final Deployment deployment;
    private final DpopClient page = new DpopClient();
    private final DpopClient assistant = new DpopClient();
    private final DpopClient relay = new DpopClient();
    private String alice = "";
    private String agent = "";

    DownstreamTest(Database.Engine engine) throws IOException {
        deployment = new Deployment(engine);
    }

    @BeforeEach
    void login() {
        alice = deployment.login(page, "mobile").get("access_token").stringValue();
        agent = deployment.actor(Principal.Kind.AGENT, "assistant", "assistant", assistant);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static Map<String, String> form(String subject, String... more) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", TokenExchange.GRANT);
        form.put("subject_token", subject);
        form.put("subject_token_type", ACCESS_TOKEN);
        for (var i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        return form;
    }

    private HttpResponse<String> ask(DpopClient key, String client, Map<String, String> form) {
        return deployment.token(key, deployment.authenticated(client, form));
    }

    private HttpResponse<String> own(Map<String, String> form) {
        var all = new LinkedHashMap<>(form);
        all.put("client_id", "mobile");
        return deployment.token(page, all);
    }

    private Map<String, String> forAlice(String audience) {
        return form(alice, "audience", audience, "actor_token", agent, "actor_token_type", ACCESS_TOKEN);
    }

    private static String token(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).get("access_token").stringValue();
    }

    private static String error(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return json(answer).get("error").stringValue();
    }

    private Session session(String token) {
        return deployment
                .feature
                .sessions()
                .find(new SessionId(Deployment.claims(token).get("sid").stringValue()))
                .orElseThrow();
    }

    @Test
    void anAgentActsForAPersonWithATokenThatSaysSo() {
        var answer = ask(assistant, "assistant", forAlice("gateway"));
        var token = token(answer);
        assertThat(json(answer).get("issued_token_type").stringValue()).isEqualTo(ACCESS_TOKEN);
        assertThat(json(answer).has("refresh_token")).isFalse();
        var claims = Deployment.claims(token);
        assertThat(claims.get("sub").stringValue()).isEqualTo("alice");
        assertThat(claims.get("aud").stringValue()).isEqualTo("gateway");
        assertThat(claims.get("client_id").stringValue()).isEqualTo("assistant");
        assertThat(claims.get("act").get("sub").stringValue()).isEqualTo("assistant");
        assertThat(claims.get("cnf").get("jkt").stringValue()).isEqualTo(assistant.thumbprint());
        assertThat(claims.get("exp").longValue())
                .isLessThanOrEqualTo(Deployment.claims(alice).get("exp").longValue());

        var live = (Checked.Live) deployment.present(assistant, token);
        assertThat(live.session().principal()).isEqualTo(new Principal(Principal.Kind.USER, "alice"));
        assertThat(live.session().grant().actors()).containsExactly(new Grant.Actor("Agent", "assistant"));
        assertThat(deployment.present(page, token)).isInstanceOf(Checked.Refused.class);
    }

    @Test
    void aChainIsKeptAndOnlyNarrows() {
        var forRelay = form(
                alice,
                "audience",
                "relay",
                "scope",
                "accounts.read",
                "actor_token",
                agent,
                "actor_token_type",
                ACCESS_TOKEN);
        var first = token(ask(assistant, "assistant", forRelay));
        var workload = deployment.actor(Principal.Kind.WORKLOAD, "relay", "relay", relay);
        var further = form(first, "audience", "gateway", "actor_token", workload, "actor_token_type", ACCESS_TOKEN);
        var second = Deployment.claims(token(ask(relay, "relay", further)));
        assertThat(second.get("scope").stringValue()).isEqualTo("accounts.read");
        assertThat(second.get("act").get("sub").stringValue()).isEqualTo("relay");
        assertThat(second.get("act").get("act").get("sub").stringValue()).isEqualTo("assistant");

        var wider = new LinkedHashMap<>(further);
        wider.put("scope", "payments.write");
        assertThat(error(ask(relay, "relay", wider))).isEqualTo("invalid_scope");
        var elsewhere = new LinkedHashMap<>(further);
        elsewhere.put("audience", "bank");
        assertThat(error(ask(relay, "relay", elsewhere))).isEqualTo("invalid_target");
    }

    @Test
    void aTokenForOthersCannotBePassedOnByThem() {
        // for the gateway alone: the relay, which may exchange tokens of the assistant, is not whom it is for
        var gateways = token(ask(assistant, "assistant", forAlice("gateway")));
        assertThat(error(ask(relay, "relay", form(gateways, "audience", "gateway"))))
                .isEqualTo("invalid_request");
    }

    @Test
    void whoNamesNoActorIsTheActor() {
        var token = token(ask(assistant, "assistant", form(alice, "audience", "gateway")));
        assertThat(session(token).grant().actors()).containsExactly(new Grant.Actor("Client", "assistant"));
    }

    @Test
    void aStolenTokenIsExchangedByNobodyWhoIsNotTrusted() {
        var thief = new DpopClient();
        var asBank = new LinkedHashMap<>(form(alice, "audience", "gateway"));
        asBank.put("client_id", "bank");
        assertThat(error(deployment.token(thief, asBank))).isEqualTo("unauthorized_client");
        var asVictim = new LinkedHashMap<>(form(alice));
        asVictim.put("client_id", "mobile");
        assertThat(error(deployment.token(thief, asVictim))).isEqualTo("unauthorized_client");
        assertThat(error(ask(thief, "stranger", form(alice, "audience", "gateway"))))
                .isEqualTo("unauthorized_client");
        var banks = deployment.login(page, "bank").get("access_token").stringValue();
        assertThat(error(ask(assistant, "assistant", form(banks, "audience", "gateway"))))
                .isEqualTo("invalid_request");
    }

    @Test
    void theActorProvesItselfAndIsNobodyElse() {
        var other = deployment.actor(Principal.Kind.AGENT, "other", "assistant", assistant);
        var person = deployment.actor(Principal.Kind.USER, "assistant", "assistant", assistant);
        var strangers = deployment.actor(Principal.Kind.AGENT, "assistant", "stranger", assistant);
        var unproven = deployment.actor(Principal.Kind.AGENT, "assistant", "assistant", new DpopClient());
        var delegated = token(ask(assistant, "assistant", forAlice("gateway")));
        for (var wrong : List.of(other, person, strangers, unproven, delegated, "nonsense", alice)) {
            var form = form(alice, "audience", "gateway", "actor_token", wrong, "actor_token_type", ACCESS_TOKEN);
            assertThat(error(ask(assistant, "assistant", form))).isEqualTo("invalid_request");
        }
        assertThat(error(ask(assistant, "assistant", form(alice, "audience", "gateway", "actor_token", agent))))
                .isEqualTo("invalid_request");
    }

    @Test
    void anApplicationNarrowsItsOwnToken() {
        var narrow = token(own(form(alice, "scope", "accounts.read", "audience", "bank")));
        assertThat(Deployment.claims(narrow).get("scope").stringValue()).isEqualTo("accounts.read");
        assertThat(Deployment.claims(narrow).has("act")).isFalse();
        assertThat(error(own(form(narrow, "scope", "payments.write")))).isEqualTo("invalid_scope");
        assertThat(error(own(form(narrow, "audience", "gateway")))).isEqualTo("invalid_target");
        assertThat(deployment.present(page, narrow)).isInstanceOf(Checked.Live.class);
    }

    @Test
    void detailsOnlyNarrow() {
        var ten = "{\"type\":\"payment\",\"amount\":\"10.00\"}";
        var twenty = "{\"type\":\"payment\",\"amount\":\"20.00\"}";
        var answer = own(form(alice, "authorization_details", "[" + ten + "," + twenty + "]"));
        var both = token(answer);
        assertThat(json(answer).get("authorization_details").size()).isEqualTo(2);
        assertThat(Deployment.claims(both).get("authorization_details").size()).isEqualTo(2);
        var one = token(own(form(both, "authorization_details", "[" + twenty + "]")));
        assertThat(session(one).grant().details().json().toString())
                .contains("20.00")
                .doesNotContain("10.00");
        assertThat(error(own(form(one, "authorization_details", "[" + ten + "]"))))
                .isEqualTo("invalid_authorization_details");
        var inherited = token(own(form(one)));
        assertThat(session(inherited).grant().details())
                .isEqualTo(session(one).grant().details());
        var limit = AuthorizationDetails.MAX_BYTES;
        for (var bad : List.of(
                "[]",
                "{}",
                "nonsense",
                "[1]",
                "[{\"type\":\"unknown\"}]",
                "[{\"type\":\"payment\"}]",
                "[{\"type\":\"payment\",\"amount\":\"1\",\"amount\":\"2\"}]",
                "[" + (ten + ",").repeat(AuthorizationDetails.MAX_DETAILS) + ten + "]",
                "[{\"type\":\"payment\",\"amount\":\"" + "1".repeat(limit) + "\"}]")) {
            assertThat(error(own(form(alice, "authorization_details", bad))))
                    .isEqualTo("invalid_authorization_details");
        }
    }

    @Test
    void whatWasDerivedEndsAndWaitsWithWhatItCameOf() {
        var token = token(ask(assistant, "assistant", forAlice("gateway")));
        var sessions = deployment.feature.sessions();
        var origin = session(alice).id();
        sessions.suspend(origin, "test");
        assertThat(((Checked.Refused) deployment.present(assistant, token)).code())
                .isEqualTo("session_suspended");
        assertThat(error(ask(assistant, "assistant", forAlice("gateway")))).isEqualTo("invalid_request");
        sessions.raise(origin, new Assurance(Acr.PHR, Set.of("hwk"), deployment.clock.instant()));
        var again = (Checked.Live) deployment.present(assistant, token);
        assertThat(again.session().stepUp()).as("a step-up raises one session").isNull();
        sessions.end(origin, "test");
        assertThat(((Checked.Refused) deployment.present(assistant, token)).code())
                .isEqualTo("session_ended");
        assertThat(session(token).state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void itLivesNoLongerThanTheTokenThatItCameOf() {
        deployment.clock.advance(Duration.ofMinutes(4));
        agent = deployment.actor(Principal.Kind.AGENT, "assistant", "assistant", assistant);
        var token = token(ask(assistant, "assistant", forAlice("gateway")));
        deployment.clock.advance(Duration.ofMinutes(1));
        assertThat(deployment.present(assistant, token)).isInstanceOf(Checked.Refused.class);
        assertThat(error(ask(assistant, "assistant", forAlice("gateway")))).isEqualTo("invalid_request");
    }

    @Test
    void aChainHasAnEnd() {
        var token = alice;
        for (var i = 0; i < 4; i++) {
            token = token(ask(new DpopClient(), "loop", form(token, "audience", "loop")));
        }
        assertThat(session(token).grant().actors()).hasSize(4);
        assertThat(error(ask(new DpopClient(), "loop", form(token, "audience", "loop"))))
                .isEqualTo("invalid_request");
    }

    @Test
    void sessionsUnderOneAreBounded() {
        for (var i = 0; i < LiveSessions.MAX_DERIVED; i++) {
            token(ask(assistant, "assistant", forAlice("gateway")));
        }
        assertThat(error(ask(assistant, "assistant", forAlice("gateway")))).isEqualTo("invalid_request");
    }

    @Test
    void introspectionTellsWhomItIsForAndNobodyElse() {
        var token = token(ask(assistant, "assistant", forAlice("gateway")));
        assertThat(deployment.introspect(token).get("active").booleanValue())
                .as("the bank may not present it")
                .isFalse();
        var own = deployment.form("/oauth/introspect", deployment.authenticated("assistant", Map.of("token", token)));
        assertThat(json(own).get("active").booleanValue()).isTrue();
        assertThat(json(own).get("act").get("sub").stringValue()).isEqualTo("assistant");
        assertThat(json(own).get("scope").stringValue()).isEqualTo("accounts.read payments.write");
        var others = deployment.form("/oauth/introspect", deployment.authenticated("stranger", Map.of("token", token)));
        assertThat(json(others).size()).isEqualTo(1);
    }
}
