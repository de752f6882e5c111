package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A refusal explains itself to enforcement points that may see why, and to nobody else. */
final class ExplainedAnswerTest {
    private final TestDeployment deployment = new TestDeployment(Engine.SQLITE);
    private final TestPerson alice = deployment.person("alice").loggedIn().atTheBank();

    @AfterEach
    void close() {
        deployment.close();
    }

    /** {@code context.reason} of the answer to a transfer. */
    private JsonNode reason(String apiKey, String id, String amount) throws Exception {
        var body = Payments.body(alice.present(), id, amount).toString();
        var request = HttpRequest.newBuilder(deployment.issuer.resolve("/access/v1/evaluation"))
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return Json.MAPPER.readTree(answer.body()).get("context").get("reason");
        }
    }

    @Test
    void whoMaySeeItIsToldWhichPolicyWhichConditionAndWhatWouldPermit() throws Exception {
        var explanation =
                reason(TestDeployment.AUDITOR_KEY, "tx-explained", "2500.00").get("explanation");
        assertThat(explanation.get("decision").stringValue()).isEqualTo("open");
        assertThat(explanation.get("deciding").get(0).stringValue()).isEqualTo("transfer-needs-step-up");
        var policy = explanation
                .get("policies")
                .valueStream()
                .filter(each -> each.get("decided").booleanValue())
                .findFirst()
                .orElseThrow();
        var amount = policy.get("conditions").get(0).get("parts").get(1);
        assertThat(amount.get("file").stringValue()).isEqualTo("transfers.cedar");
        assertThat(amount.get("source").stringValue())
                .isEqualTo("context.transaction.amount.greaterThanOrEqual(decimal(\"1000.00\"))");
        assertThat(amount.get("values").get(0).get("value").stringValue()).isEqualTo("decimal(\"2500.00\")");
        var change = explanation.get("changes").get(0);
        assertThat(change.get("what").stringValue()).isEqualTo("context.transaction.amount");
        assertThat(change.get("to").stringValue()).isEqualTo("decimal(\"999.99\")");
        assertThat(change.get("answer").get("decision").stringValue()).isEqualTo("permit");
    }

    @Test
    void nobodyElseIsTold() throws Exception {
        var reason = reason(TestDeployment.BANK_KEY, "tx-plain", "2500.00");
        assertThat(reason.get("code").stringValue()).isEqualTo("step_up_required");
        assertThat(reason.has("explanation")).isFalse();
        assertThat(reason(TestDeployment.CORE_KEY, "tx-core", "2500.00").has("explanation"))
                .isFalse();
    }

    @Test
    void aPermitExplainsNothing() throws Exception {
        var reason = reason(TestDeployment.AUDITOR_KEY, "tx-small", "50.00");
        assertThat(reason.get("code").stringValue()).isEqualTo("permitted");
        assertThat(reason.has("explanation")).isFalse();
    }

    @Test
    void aSessionThatIsNotProvenIsNotExplained() throws Exception {
        alice.post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        var reason = reason(TestDeployment.AUDITOR_KEY, "tx-over", "2500.00");
        assertThat(reason.get("code").stringValue()).isEqualTo("session_ended");
        assertThat(reason.has("explanation")).isFalse();
    }
}
