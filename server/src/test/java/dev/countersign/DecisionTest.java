package dev.countersign;

import static dev.countersign.Payments.read;
import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.CountersignException;
import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.client.Obligation;
import dev.countersign.client.Outcome;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions from login to outcome, over HTTP, with every part the real one. */
@ParameterizedClass
@EnumSource(Engine.class)
final class DecisionTest {
    private final TestDeployment deployment;
    private final TestPerson alice;

    DecisionTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void whatPolicyPermitsIsPermitted() {
        assertThat(alice.ask(read("alice"))).isInstanceOf(Decision.Permit.class);
        var permit = (Decision.Permit) alice.ask(transfer("tx-small", "50.00"));
        assertThat(permit.receipt()).isNotNull();
    }

    @Test
    void whatNoPolicyPermitsIsRefused() {
        var mallory = deployment.person("mallory").loggedIn().atTheBank();
        var refused = (Decision.Refused) mallory.ask(read("mallory"));
        assertThat(refused.code()).isEqualTo("no_permit");
        assertThat(refused.obligations()).isEmpty();
    }

    @Test
    void aStepUpIsAskedForAndThenEnough() {
        var refused = (Decision.Refused) alice.ask(transfer("tx-medium", "2500.00"));
        assertThat(refused.code()).isEqualTo("step_up_required");
        assertThat(refused.accessRequest()).isNull();
        var obligation = refused.obligations().getFirst();
        assertThat(obligation.type()).isEqualTo(Obligation.STEP_UP);
        assertThat(obligation.acrValue()).isEqualTo("urn:countersign:acr:phr");
        assertThat(obligation.maxAgeSeconds()).isEqualTo(300);
        alice.stepUp();
        assertThat(alice.ask(transfer("tx-medium", "2500.00")).permitted()).isTrue();
        deployment.advance(Duration.ofMinutes(4));
        assertThat(alice.ask(transfer("tx-medium-2", "2500.00")).permitted()).isTrue();
        deployment.advance(Duration.ofSeconds(59));
        alice.atTheBank();
        assertThat(alice.ask(transfer("tx-medium-3", "2500.00")).permitted()).isTrue();
        deployment.advance(Duration.ofSeconds(10));
        assertThat(((Decision.Refused) alice.ask(transfer("tx-medium-4", "2500.00"))).code())
                .isEqualTo("step_up_required");
    }

    @Test
    void twoApproversCountersignOneTransactionThatRunsOnce() throws Exception {
        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        var carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        alice.stepUp();
        var task = requested("tx-large", "250000.00");
        assertThat(alice.sign(task).statusCode()).isEqualTo(403);
        assertThat(bob.sign(task).statusCode()).isEqualTo(200);
        assertThat(alice.ask(transfer("tx-large", "250000.00")).permitted()).isFalse();
        assertThat(deployment.bank().status(task).isPending()).isTrue();
        assertThat(carol.sign(task).statusCode()).isEqualTo(200);
        var approved = deployment.bank().status(task);
        assertThat(approved.isApproved()).isTrue();

        var asked = transfer("alice", "tx-large", "250000.00", approved.approvalId());
        var permit = (Decision.Permit) alice.ask(asked);
        var hash = Json.MAPPER
                .readTree(deployment.evidenceOf("approval.spent").getFirst())
                .findValue("transaction_hash")
                .asString();
        var receipt = String.valueOf(permit.receipt());
        var verified = deployment.bank().receipts().verify(receipt, "bank", "tx-large", hash);
        assertThat(verified.subject()).contains("alice");
        Assertions.assertThatThrownBy(
                        () -> deployment.bank().receipts().verify(receipt, "bank", "tx-large", "0".repeat(64)))
                .hasMessageContaining("another hash");

        var again = (Decision.Permit) alice.ask(asked);
        assertThat(again.receipt()).isEqualTo(receipt);
        assertThat(deployment.evidenceOf("approval.spent")).hasSize(2);
        deployment.bank().outcome("tx-large", Outcome.EXECUTED);
        deployment.bank().outcome("tx-large", Outcome.EXECUTED);
        assertThat(code(alice.ask(asked))).isEqualTo("already_spent");
        Assertions.assertThatThrownBy(() -> deployment.bank().outcome("tx-large", Outcome.FAILED))
                .isInstanceOf(CountersignException.class);
    }

    @Test
    void anApprovalIsForTheseBytesOnly() {
        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        var carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        alice.stepUp();
        var task = requested("tx-cent", "250000.00");
        bob.sign(task);
        carol.sign(task);
        var approval = deployment.bank().status(task).approvalId();
        assertThat(alice.ask(transfer("alice", "tx-cent", "250000.01", approval))
                        .permitted())
                .isFalse();
        assertThat(alice.ask(transfer("alice", "tx-other", "250000.00", approval))
                        .permitted())
                .isFalse();
        assertThat(alice.ask(transfer("alice", "tx-cent", "250000.00", approval))
                        .permitted())
                .isTrue();
    }

    @Test
    void anUnknownOutcomeWaitsForAPerson() {
        assertThat(alice.ask(transfer("tx-unknown", "50.00")).permitted()).isTrue();
        deployment.bank().outcome("tx-unknown", Outcome.UNKNOWN);
        assertThat(code(alice.ask(transfer("tx-unknown", "50.00")))).isEqualTo("unresolved_outcome");
        deployment.bank().outcome("tx-unknown", Outcome.FAILED);
        assertThat(code(alice.ask(transfer("tx-unknown", "50.00")))).isEqualTo("already_spent");
    }

    @Test
    void aReceiptThatRanOutIsNotGivenAgain() {
        assertThat(alice.ask(transfer("tx-late", "50.00")).permitted()).isTrue();
        deployment.advance(Duration.ofSeconds(61));
        assertThat(code(alice.ask(transfer("tx-late", "50.00")))).isEqualTo("already_spent");
    }

    @Test
    void otherBytesUnderTheSameIdAreRefused() {
        assertThat(alice.ask(transfer("tx-same", "50.00")).permitted()).isTrue();
        assertThat(code(alice.ask(transfer("tx-same", "50.01")))).isEqualTo("transaction_mismatch");
    }

    @Test
    void aSessionSpeaksForItsOwnPrincipalOnly() {
        assertThat(code(alice.ask(read("mallory")))).isEqualTo("subject_mismatch");
        assertThat(code(alice.ask(transfer("mallory", "tx-theirs", "50.00", null))))
                .isEqualTo("subject_mismatch");
    }

    @Test
    void onlyAnAssertingEnforcementPointSpeaksWithoutASession() {
        var question = Evaluation.of("User", "alice", "read-account", "Account", Payments.ACCOUNT)
                .resourceProperties(Map.of("owner", "alice"))
                .build();
        assertThat(code(deployment.bank().evaluate(question))).isEqualTo("invalid_session");
        // Policy is asked, and this one wants a session that is bound to a key.
        assertThat(code(deployment.client(TestDeployment.CORE_KEY).evaluate(question)))
                .isEqualTo("proof_required");
    }

    @Test
    void aReplayedProofIsRefusedAndSignalled() {
        assertThat(alice.ask(read("alice")).permitted()).isTrue();
        var presented = alice.present();
        var question = read("alice").apply(presented);
        assertThat(deployment.bank().evaluate(question).permitted()).isTrue();
        assertThat(code(deployment.bank().evaluate(question))).isEqualTo("replayed_proof");
        assertThat(deployment.evidenceOf("session.signal")).hasSize(1);
    }

    @Test
    void afterLogoutNothingIsPermitted() {
        assertThat(alice.ask(read("alice")).permitted()).isTrue();
        alice.post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(code(alice.ask(read("alice")))).isEqualTo("session_ended");
    }

    @Test
    void everyDecisionIsEvidence() {
        alice.ask(transfer("tx-evident", "50.00"));
        var last = Json.MAPPER.readTree(deployment.evidenceOf("decision").getLast());
        var flat = new HashMap<String, String>();
        Stream.of("enforcement_point", "principal", "action", "resource", "code", "transaction", "session", "policy")
                .forEach(name -> flat.put(
                        name,
                        last.findValue(name) == null ? "" : last.findValue(name).asString()));
        assertThat(flat)
                .containsEntry("enforcement_point", "bank")
                .containsEntry("principal", "User::alice")
                .containsEntry("action", "transfer")
                .containsEntry("resource", "Account::" + Payments.ACCOUNT)
                .containsEntry("code", "permitted")
                .containsEntry("transaction", "tx-evident");
        assertThat(flat.get("session")).startsWith("se_");
        assertThat(flat.get("policy")).isNotEmpty();
        assertThat(last.findValue("transaction_hash").asString()).hasSize(64);
        assertThat(last.findValue("receipt").asString()).startsWith("rc_");
    }

    /** The task that asks for the approvals which the transfer lacks. */
    private String requested(String id, String amount) {
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer(id, amount).apply(each);
            return presented[0];
        });
        assertThat(refused.code()).isEqualTo("approval_required");
        return deployment.bank().request(presented[0], refused).id();
    }

    static String code(Decision decision) {
        return decision instanceof Decision.Refused refused ? refused.code() : decision.toString();
    }
}
