package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Outcome;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** After an unknown outcome nothing is tried again until somebody whom policy lets says, after a step-up, what happened. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ResolutionTest {
    private final TestDeployment deployment;
    private final TestPerson alice;

    ResolutionTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static HttpResponse<String> say(TestPerson person, String receipt, String outcome, String note) {
        return person.post(
                "/console/outcomes/" + receipt,
                "outcome=" + outcome + "&note=" + note,
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Accept",
                "application/json");
    }

    private static String unresolved(TestPerson person) {
        var answer = person.get("/console/outcomes", "Accept", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER
                .readTree(answer.body())
                .path("transactions")
                .path(0)
                .path("receipt")
                .asString("");
    }

    private String code(Decision decision) {
        return ((Decision.Refused) decision).code();
    }

    @Test
    void aPersonSaysThatItWasNotExecutedAndItIsDecidedAnew() {
        assertThat(alice.ask(transfer("tx-1", "50.00")).permitted()).isTrue();
        deployment.bank().outcome("tx-1", Outcome.UNKNOWN);
        assertThat(code(alice.ask(transfer("tx-1", "50.00")))).isEqualTo("unresolved_outcome");

        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        var receipt = unresolved(bob);
        assertThat(bob.get("/console/outcomes", "Accept", "text/html").body())
                .contains("50.00", receipt, "may be asked for again");
        var open = say(bob, receipt, "not_executed", "Not+in+the+ledger");
        assertThat(open.statusCode()).isEqualTo(403);
        assertThat(open.body()).contains("step_up_required");
        bob.raised();
        assertThat(say(bob, receipt, "reversed", "x").statusCode()).isEqualTo(400);
        assertThat(say(bob, receipt, "not_executed", "").statusCode()).isEqualTo(400);
        assertThat(say(bob, receipt, "not_executed", "a".repeat(501)).statusCode())
                .isEqualTo(400);
        assertThat(say(bob, "rc_none", "not_executed", "x").statusCode()).isEqualTo(404);
        assertThat(code(alice.ask(transfer("tx-1", "50.00")))).isEqualTo("unresolved_outcome");
        assertThat(say(bob, receipt, "not_executed", "Not+in+the+ledger").statusCode())
                .isEqualTo(200);
        assertThat(say(bob, receipt, "executed", "x").statusCode()).isEqualTo(409);
        assertThat(unresolved(bob)).isEmpty();
        assertThat(deployment.evidenceOf("transaction.released"))
                .singleElement()
                .satisfies(entry -> assertThat(entry)
                        .contains("\"person\":\"bob\"", "Not in the ledger", "\"evaluation_id\":\"ev_"));
        assertThat(alice.get("/transactions/" + receipt, "Accept", "text/html").body())
                .contains("unknown, says bank", "not executed, says bob");

        assertThat(alice.ask(transfer("tx-1", "50.00")).permitted()).isTrue();
        deployment.bank().outcome("tx-1", Outcome.EXECUTED);
        assertThat(code(alice.ask(transfer("tx-1", "50.00")))).isEqualTo("already_spent");
    }

    @Test
    void nobodyResolvesTheirOwnAndACustomerNothing() {
        assertThat(alice.ask(transfer("tx-1", "50.00")).permitted()).isTrue();
        deployment.bank().outcome("tx-1", Outcome.UNKNOWN);
        var bob = deployment.person("bob", "treasury").loggedIn();
        var receipt = unresolved(bob);
        alice.raised();
        assertThat(say(alice, receipt, "not_executed", "x").body()).contains("no_permit");
        var treasurer = deployment.person("alice", "treasury").loggedIn();
        var own = say(treasurer, receipt, "not_executed", "x");
        assertThat(own.statusCode()).isEqualTo(403);
        assertThat(own.body()).contains("not-of-your-own-transaction");
        assertThat(code(alice.ask(transfer("tx-1", "50.00")))).isEqualTo("unresolved_outcome");
    }
}
