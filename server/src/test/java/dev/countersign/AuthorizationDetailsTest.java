package dev.countersign;

import static dev.countersign.Payments.read;
import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** {@code authorization_details} (RFC 9396) from the authorization request to the decision. */
@ParameterizedClass
@EnumSource(Engine.class)
final class AuthorizationDetailsTest {
    private final TestDeployment deployment;
    private final TestPerson alice;

    AuthorizationDetailsTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().withAuthenticator();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static String payment(String amount) {
        var details = new LinkedHashMap<String, Object>(Payments.details(amount));
        details.put("type", "payment");
        return Json.MAPPER.writeValueAsString(List.of(details));
    }

    private static JsonNode claims(String token) {
        return Json.MAPPER.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    }

    private static String code(Decision decision) {
        return decision instanceof Decision.Refused refused ? refused.code() : "permitted";
    }

    @Test
    void aSessionForOnePaymentMakesThatPaymentAlone() {
        alice.atTheBankFor(payment("50.00"));
        assertThat(claims(alice.token())
                        .get("authorization_details")
                        .get(0)
                        .get("amount")
                        .stringValue())
                .isEqualTo("50.00");
        assertThat(code(alice.ask(transfer("rar-1", "51.00")))).isEqualTo("transaction_mismatch");
        assertThat(code(alice.ask(read("alice")))).isEqualTo("transaction_mismatch");
        assertThat(code(alice.ask(transfer("rar-2", "50.00")))).isEqualTo("permitted");
        var evidence = deployment.evidenceOf("session.started").toString();
        assertThat(evidence).contains("authorization_details").doesNotContain("ACME");
    }

    @Test
    void policyStillDecides() {
        alice.atTheBankFor(payment("2500.00"));
        assertThat(code(alice.ask(transfer("rar-3", "2500.00")))).isEqualTo("step_up_required");
    }

    @Test
    void anotherGrantIsAnotherSession() {
        alice.atTheBankFor(payment("50.00"));
        var narrow = claims(alice.token()).get("sid");
        alice.atTheBank();
        assertThat(claims(alice.token()).get("sid")).isNotEqualTo(narrow);
        assertThat(code(alice.ask(read("alice")))).isEqualTo("permitted");
        alice.atTheBankFor(payment("50.00"));
        assertThat(claims(alice.token()).get("sid")).isEqualTo(narrow);
    }

    @Test
    void detailsThatFitNoTypeAreRefused() {
        for (var bad : List.of(
                "[]",
                "nonsense",
                "[{\"type\":\"unknown\"}]",
                "[{\"type\":\"payment\",\"amount\":\"1e3\"}]",
                payment("50.00").replace("\"type\"", "\"locations\":[],\"type\""))) {
            var back = alice.authorized("&authorization_details=" + TestPerson.encode(bad));
            assertThat(TestPerson.query(back).get("error")).as(bad).isEqualTo("invalid_authorization_details");
        }
    }

    @Test
    void metadataNamesTheTypes() {
        var metadata = deployment
                .person("anyone")
                .send(
                        HttpRequest.newBuilder(
                                URI.create(deployment.issuer + "/.well-known/oauth-authorization-server")),
                        false);
        assertThat(Json.read(metadata.body().getBytes(StandardCharsets.UTF_8))
                        .get("authorization_details_types_supported")
                        .toString())
                .contains("\"payment\"");
    }

    @Test
    void aTokenForAnotherAudienceIsNotPresentedHere() {
        alice.atTheBank();
        var whole = alice.token();
        var form = Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                "client_id", "bank",
                "subject_token", whole,
                "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                "audience", "auditor");
        var body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + TestPerson.encode(field.getValue()))
                .reduce((a, b) -> a + "&" + b)
                .orElseThrow();
        var answer = alice.exchange(body);
        if (answer.body().contains("use_dpop_nonce")) {
            answer = alice.exchange(body);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        alice.token(Json.MAPPER.readTree(answer.body()).get("access_token").stringValue());
        assertThat(code(alice.ask(read("alice")))).isEqualTo("invalid_session");
        assertThat(code(alice.ask(deployment.client(TestDeployment.AUDITOR_KEY), read("alice"))))
                .isEqualTo("permitted");
    }
}
