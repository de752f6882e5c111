package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What was approved after many like it were refused is decided otherwise: the session that asked is at risk. */
@ParameterizedClass
@EnumSource(Engine.class)
final class WornDownTest {
    private final TestDeployment deployment;
    private final TestPerson alice;
    private final TestPerson bob;
    private final TestPerson carol;

    WornDownTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String request(String id) {
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer(id, "250000.00").apply(each);
            return presented[0];
        });
        return deployment.bank().request(presented[0], refused).id();
    }

    private void denied(int times) {
        for (var i = 0; i < times; i++) {
            var answer = bob.post("/approvals/" + request("no-" + i) + "/deny", "{}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private String approved(String id) {
        var request = request(id);
        assertThat(bob.sign(request).statusCode()).isEqualTo(200);
        assertThat(carol.sign(request).statusCode()).isEqualTo(200);
        return request;
    }

    private String outcome(String id) {
        return switch (alice.ask(transfer(id, "250000.00"))) {
            case Decision.Permit permit -> "permitted";
            case Decision.Refused refused -> refused.code();
            case Decision.Unavailable unavailable -> unavailable.toString();
        };
    }

    @Test
    void anApprovalAfterThreeDenialsNeedsTheRequesterAgain() {
        denied(3);
        approved("tx-1");
        deployment.advance(Duration.ofSeconds(15));
        assertThat(outcome("tx-1")).isEqualTo("step_up_required");
        assertThat(deployment.evidenceOf("risk.reported"))
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(entry).contains("countersign/approved_after_refusals", "approved after 3 requests"));
        assertThat(deployment.evidenceOf("risk.changed").getLast())
                .contains("\"level\":\"high\"", "approved_after_refusals", "T1621");
        alice.raise(Json.MAPPER
                .readTree(Base64.getUrlDecoder().decode(alice.token().split("\\.", -1)[1]))
                .get("sid")
                .stringValue());
        deployment.advance(Duration.ofSeconds(15));
        assertThat(outcome("tx-1")).isEqualTo("permitted");
    }

    @Test
    void oneNoIsNoSign() {
        denied(2);
        approved("tx-1");
        assertThat(outcome("tx-1")).isEqualTo("permitted");
        assertThat(deployment.evidenceOf("risk.reported")).isEmpty();
    }

    @Test
    void whoAsksAgainAndAgainIsASignByItself() {
        denied(5);
        assertThat(deployment.evidenceOf("risk.reported"))
                .singleElement()
                .satisfies(entry -> assertThat(entry).contains("countersign/prompts_refused", "5 requests of alice"));
    }

    @Test
    void whatWasTakenBackCountsToo() {
        for (var i = 0; i < 6; i++) {
            alice.post("/approvals/" + request("back-" + i) + "/withdraw", "{}");
        }
        approved("tx-1");
        deployment.advance(Duration.ofSeconds(15));
        assertThat(outcome("tx-1")).isEqualTo("step_up_required");
    }
}
