package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.nio.file.Files;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Policies that want the requester's own signature over the transaction. */
final class SignatureTest {
    private static final String POLICIES = """
            @id("everybody-transfers")
            permit (principal, action == Action::"transfer", resource);

            @id("own-signature") @text("Sign this payment")
            @require("signature")
            forbid (principal, action == Action::"transfer", resource);
            """;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theRequesterSignsTheseBytesAndThenItRunsOnce(Engine engine) throws Exception {
        var policies = TestDatabases.folder();
        Files.writeString(policies.resolve("signature.cedar"), POLICIES);
        TestDeployment.copyBankSchema(policies);
        try (var deployment = new TestDeployment(TestDatabases.settings(engine), policies)) {
            var alice =
                    deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
            var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
            var asked = new ArrayList<Evaluation>();
            var refused = (Decision.Refused) alice.ask(presented -> {
                asked.add(Payments.transfer("tx-signed", "50.00").apply(presented));
                return asked.getLast();
            });
            assertThat(refused.code()).isEqualTo("signature_required");
            assertThat(refused.obligations().getFirst().type()).isEqualTo("signature");
            var task = deployment.bank().request(asked.getLast(), refused).id();

            assertThat(bob.sign(task).statusCode()).isEqualTo(404);
            assertThat(deployment.bank().status(task).isPending()).isTrue();
            assertThat(alice.get("/approvals/" + task).body()).contains("50.00");
            assertThat(alice.sign(task).statusCode()).isEqualTo(200);
            assertThat(alice.ask(Payments.transfer("tx-signed", "50.01")).permitted())
                    .isFalse();
            var approval = deployment.bank().status(task).approvalId();
            var permit = (Decision.Permit) alice.ask(Payments.transfer("alice", "tx-signed", "50.00", approval));
            assertThat(permit.receipt()).isNotNull();
            assertThat(deployment.evidenceOf("approval.spent")).hasSize(1);
            assertThat(DecisionTest.code(alice.ask(Payments.transfer("tx-again", "50.00"))))
                    .isEqualTo("signature_required");
        }
    }

    @Test
    void aSignatureWithoutATransactionIsNeverSatisfied() throws Exception {
        var policies = TestDatabases.folder();
        Files.writeString(policies.resolve("signature.cedar"), POLICIES.replace("\"transfer\"", "\"read-account\""));
        TestDeployment.copyBankSchema(policies);
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies)) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            var refused = (Decision.Refused) alice.ask(Payments.read("alice"));
            assertThat(refused.code()).isEqualTo("signature_required");
            assertThat(refused.accessRequest()).isNull();
        }
    }
}
