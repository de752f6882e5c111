package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** How often approvers were asked and how they answered, from what is stored, for those whom policy lets. */
@ParameterizedClass
@EnumSource(Engine.class)
final class FatigueTest {
    private final TestDeployment deployment;
    private final TestPerson alice;
    private final TestPerson bob;
    private final TestPerson carol;

    FatigueTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        carol = deployment.person("carol", "treasury").loggedIn();
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

    private void deny(TestPerson person, String request, String body) {
        assertThat(person.post("/approvals/" + request + "/deny", body).statusCode())
                .isEqualTo(200);
    }

    private static JsonNode figures(TestPerson person, int window, String kind, String id) {
        var answer = person.get("/console/fatigue", "Accept", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        for (var each : Json.MAPPER.readTree(answer.body()).at("/windows/" + window + "/" + kind)) {
            if (each.path("id").asString().equals(id)) {
                return each;
            }
        }
        throw new AssertionError(answer.body());
    }

    private static String line(JsonNode figures) {
        return figures.path("received").asInt() + " received, "
                + figures.path("answered").asInt() + " answered, "
                + figures.path("denied").asInt() + " denied, "
                + figures.path("not_genuine").asInt() + " not genuine, "
                + figures.path("expired").asInt() + " expired";
    }

    @Test
    void eachApproverAndGroupHasFiguresOfBothWindows() {
        var signed = request("tx-1");
        var denied = request("tx-2");
        request("tx-3");
        deployment.advance(Duration.ofSeconds(100));
        bob.sign(signed);
        deny(bob, denied, "{}");
        deployment.advance(Duration.ofMinutes(20));
        deny(bob, again("tx-4"), "{\"not_me\":true}");

        assertThat(line(figures(carol, 0, "approvers", "bob")))
                .isEqualTo("4 received, 3 answered, 1 denied, 1 not genuine, 1 expired");
        assertThat(line(figures(carol, 0, "approvers", "carol")))
                .isEqualTo("4 received, 0 answered, 0 denied, 0 not genuine, 2 expired");
        assertThat(line(figures(carol, 0, "groups", "treasury")))
                .isEqualTo("4 received, 3 answered, 1 denied, 1 not genuine, 1 expired");
        assertThat(figures(carol, 1, "approvers", "bob").path("median_seconds").asInt())
                .isBetween(100, 120);
        assertThat(carol.get("/console/fatigue", "Accept", "text/html").body())
                .contains("The last 7 days", "<strong>bob</strong>", "1 min ");
    }

    /** Her token is five minutes old. */
    private String again(String id) {
        alice.atTheBank();
        alice.stepUp();
        return request(id);
    }

    @Test
    void whomPolicyDoesNotLetSeesNothing() {
        var answer = alice.get("/console/fatigue", "Accept", "application/json");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("no_permit");
        assertThat(alice.get("/console/fatigue", "Accept", "text/html").statusCode())
                .isEqualTo(403);
        assertThat(carol.get("/console/fatigue", "Accept", "text/html").body()).contains("Nobody was asked");
    }
}
