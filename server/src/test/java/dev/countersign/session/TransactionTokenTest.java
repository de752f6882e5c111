package dev.countersign.session;

import static dev.countersign.session.Deployment.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.store.Database;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Transaction tokens (draft-ietf-oauth-transaction-tokens-10). */
@ParameterizedClass
@EnumSource(Database.Engine.class)
final class TransactionTokenTest {
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final String TXN_TOKEN = "urn:ietf:params:oauth:token-type:txn_token";

    private final Deployment deployment;
    private final DpopClient page = new DpopClient();
    private String alice = "";

    TransactionTokenTest(Database.Engine engine) throws IOException {
        deployment = new Deployment(engine);
    }

    @BeforeEach
    void login() {
        alice = deployment.login(page, "mobile").get("access_token").stringValue();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static Map<String, String> form(String subject, String type, String... more) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", TokenExchange.GRANT);
        form.put("requested_token_type", TXN_TOKEN);
        form.put("audience", "localhost");
        form.put("scope", "payments.write");
        form.put("subject_token", subject);
        form.put("subject_token_type", type);
        for (var i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        return form;
    }

    private HttpResponse<String> ask(String client, Map<String, String> form) {
        return deployment.form("/oauth/token", deployment.authenticated(client, form));
    }

    private static String token(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).get("access_token").stringValue();
    }

    private static String error(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return json(answer).get("error").stringValue();
    }

    @Test
    void theEdgeGetsWhatTheCallIsAbout() {
        var answer = ask(
                "assistant",
                form(
                        alice,
                        ACCESS_TOKEN,
                        "request_context",
                        "{\"req_ip\":\"203.0.113.7\"}",
                        "request_details",
                        "{\"action\":\"BUY\",\"quantity\":\"100\"}"));
        var token = token(answer);
        assertThat(json(answer).get("token_type").stringValue()).isEqualTo("N_A");
        assertThat(json(answer).get("issued_token_type").stringValue()).isEqualTo(TXN_TOKEN);
        assertThat(json(answer).has("refresh_token")).isFalse();
        assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]), StandardCharsets.UTF_8))
                .contains("\"typ\":\"txntoken+jwt\"");
        var claims = Deployment.claims(token);
        assertThat(claims.get("aud").stringValue()).isEqualTo("localhost");
        assertThat(claims.get("sub").stringValue()).isEqualTo("User::alice");
        assertThat(claims.get("req_wl").stringValue()).isEqualTo("assistant");
        assertThat(claims.get("scope").stringValue()).isEqualTo("payments.write");
        assertThat(claims.get("txn").stringValue()).startsWith("txn_");
        assertThat(claims.get("tctx").get("quantity").stringValue()).isEqualTo("100");
        assertThat(claims.get("rctx").get("req_ip").stringValue()).isEqualTo("203.0.113.7");
        assertThat(claims.get("rctx").get("acr").stringValue()).isEqualTo(Acr.MFA);
        assertThat(claims.get("exp").longValue() - claims.get("iat").longValue())
                .isEqualTo(60);
        assertThat(deployment.evidenceOf("transaction_token.issued")).isEqualTo(1);
    }

    @Test
    void aReplacementKeepsTheCallAndOnlyNarrows() {
        var both = new LinkedHashMap<>(form(alice, ACCESS_TOKEN, "request_details", "{\"action\":\"BUY\"}"));
        both.put("scope", "payments.write accounts.read");
        var first = token(ask("assistant", both));
        deployment.clock.advance(Duration.ofSeconds(20));
        var second = token(ask("relay", form(first, TXN_TOKEN)));
        var before = Deployment.claims(first);
        var after = Deployment.claims(second);
        for (var same : new String[] {"txn", "sub", "aud", "exp", "tctx", "rctx"}) {
            assertThat(after.get(same)).as(same).isEqualTo(before.get(same));
        }
        assertThat(after.get("req_wl").stringValue()).isEqualTo("relay");
        assertThat(after.get("calls").toString()).isEqualTo("[\"assistant\",\"relay\"]");
        var wider = new LinkedHashMap<>(form(second, TXN_TOKEN));
        wider.put("scope", "accounts.read");
        assertThat(error(ask("relay", wider))).isEqualTo("invalid_scope");
        assertThat(error(ask("relay", form(second, TXN_TOKEN, "request_details", "{\"action\":\"SELL\"}"))))
                .isEqualTo("invalid_request");
        deployment.clock.advance(Duration.ofSeconds(40));
        assertThat(error(ask("relay", form(second, TXN_TOKEN)))).isEqualTo("invalid_request");
    }

    @Test
    void aChainOfReplacementsEnds() {
        var token = token(ask("assistant", form(alice, ACCESS_TOKEN)));
        for (var i = 1; i < 8; i++) {
            token = token(ask("relay", form(token, TXN_TOKEN)));
        }
        assertThat(error(ask("relay", form(token, TXN_TOKEN)))).isEqualTo("invalid_request");
    }

    @Test
    void onlyTheTrustedGetOneOnlyForThisDomainAndAKnownScope() {
        assertThat(error(ask("stranger", form(alice, ACCESS_TOKEN)))).isEqualTo("unauthorized_client");
        var asMobile = new LinkedHashMap<>(form(alice, ACCESS_TOKEN));
        asMobile.put("client_id", "mobile");
        assertThat(error(deployment.form("/oauth/token", asMobile))).isEqualTo("unauthorized_client");
        var elsewhere = new LinkedHashMap<>(form(alice, ACCESS_TOKEN));
        elsewhere.put("audience", "other.example");
        assertThat(error(ask("assistant", elsewhere))).isEqualTo("invalid_target");
        var wider = new LinkedHashMap<>(form(alice, ACCESS_TOKEN));
        wider.put("scope", "payments.write everything");
        assertThat(error(ask("assistant", wider))).isEqualTo("invalid_scope");
        var unknown = deployment.actor(Principal.Kind.WORKLOAD, "job", "assistant", page);
        assertThat(error(ask("assistant", form(unknown, ACCESS_TOKEN))))
                .as("a token without scope is not one with every scope")
                .isEqualTo("invalid_scope");
        assertThat(error(ask("assistant", form("nonsense", ACCESS_TOKEN)))).isEqualTo("invalid_request");
        assertThat(error(ask("assistant", form(alice, TXN_TOKEN)))).isEqualTo("invalid_request");
        for (var bad : new String[] {"[]", "{", "{\"acr\":\"mine\"}", "{\"a\":\"" + "1".repeat(3_000) + "\"}"}) {
            assertThat(error(ask("assistant", form(alice, ACCESS_TOKEN, "request_context", bad))))
                    .isEqualTo("invalid_request");
        }
        assertThat(error(ask("assistant", form(alice, ACCESS_TOKEN, "request_details", "{\"transaction\":1}"))))
                .isEqualTo("invalid_request");
        assertThat(error(ask("assistant", form(alice, ACCESS_TOKEN, "receipt", "forged"))))
                .isEqualTo("invalid_request");
    }

    @Test
    void itIsNoAccessTokenAndAnEndedSessionHasNone() {
        var token = token(ask("assistant", form(alice, ACCESS_TOKEN)));
        assertThat(((Checked.Refused) deployment.present(page, token)).code()).isEqualTo("invalid_session");
        assertThat(deployment.introspect(token).get("active").booleanValue()).isFalse();
        var asAccess = new LinkedHashMap<>(form(token, ACCESS_TOKEN));
        assertThat(error(ask("assistant", asAccess))).isEqualTo("invalid_request");
        var narrowed = new LinkedHashMap<>(form(token, TXN_TOKEN));
        narrowed.put("requested_token_type", ACCESS_TOKEN);
        assertThat(error(ask("assistant", narrowed))).isEqualTo("invalid_request");
        deployment
                .feature
                .sessions()
                .end(new SessionId(Deployment.claims(alice).get("sid").stringValue()), "test");
        assertThat(error(ask("relay", form(token, TXN_TOKEN)))).isEqualTo("invalid_request");
        assertThat(error(ask("assistant", form(alice, ACCESS_TOKEN)))).isEqualTo("invalid_request");
    }
}
