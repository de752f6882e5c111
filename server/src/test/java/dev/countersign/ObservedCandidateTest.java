package dev.countersign;

import static dev.countersign.Payments.read;
import static dev.countersign.Payments.transfer;
import static dev.countersign.RecordedDecisionsTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A candidate beside the live policies, over HTTP: it is seen and never heard. */
final class ObservedCandidateTest {
    private final TestDeployment deployment;
    private final Path candidate;
    private final TestPerson alice;

    ObservedCandidateTest(@TempDir Path folder) throws IOException {
        candidate = folder.resolve("candidate");
        Files.createDirectories(candidate);
        write("", "");
        var settings = TestDatabases.settings(Engine.SQLITE);
        deployment = new TestDeployment(
                settings, Settings.Policies.of(TestDeployment.BANK_POLICIES).observe(candidate));
        alice = deployment
                .person("alice", "treasury")
                .loggedIn()
                .withAuthenticator()
                .atTheBank();
        await(() -> !observed().get("candidate").isNull());
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    /** The bank's policies with one thing replaced. */
    private void write(String what, String with) throws IOException {
        try (var files = Files.list(TestDeployment.BANK_POLICIES)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = Files.readString(file).replace(what, with);
                Files.writeString(candidate.resolve(file.getFileName().toString()), text);
            }
        }
    }

    private JsonNode observed() {
        var answer = alice.get("/console/observe", "Accept", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    @Test
    void whatTheCandidateWouldAskIsCountedAndNotAsked() throws Exception {
        var same = observed().get("candidate").stringValue();
        assertThat(alice.ask(transfer("tx-1", "600.00")).permitted()).isTrue();
        await(() -> observed().get("evaluated").longValue() == 1);
        assertThat(observed().get("differing").longValue()).isZero();

        write("decimal(\"1000.00\")", "decimal(\"500.00\")");
        await(() -> !observed().get("candidate").stringValue().equals(same));
        assertThat(observed().get("evaluated").longValue()).isZero(); // another candidate: from the beginning
        var permit = (Decision.Permit) alice.ask(transfer("tx-2", "600.00"));
        alice.ask(read("alice"));
        await(() -> observed().get("evaluated").longValue() == 2);
        var json = observed();
        assertThat(json.get("differing").longValue()).isEqualTo(1);
        assertThat(json.at("/differences/new_prompt/count").longValue()).isEqualTo(1);
        assertThat(json.at("/differences/new_prompt/policies/0/policy").stringValue())
                .isEqualTo("transfer-needs-step-up");
        assertThat(json.at("/examples/0/evaluation_id").stringValue()).isEqualTo(permit.evaluationId());
        assertThat(alice.get("/console/observe").body())
                .contains("transfer-needs-step-up", "/console/decisions/" + permit.evaluationId());
        assertThat(alice.get("/console").body()).contains("A candidate is observed");
    }

    @Test
    void aBadCandidateIsToldAndHurtsNobody() throws Exception {
        var good = observed().get("candidate").stringValue();
        Files.writeString(candidate.resolve("transfers.cedar"), "permit (principal, action, resource) whenn {};");
        await(() -> !observed().get("refused").isEmpty());
        assertThat(observed().get("candidate").stringValue()).isEqualTo(good);
        assertThat(observed().get("refused").get(0).stringValue()).contains("transfers.cedar:1");
        assertThat(alice.ask(read("alice")).permitted()).isTrue();
        await(() -> observed().get("evaluated").longValue() == 1);
        write("", "");
        await(() -> observed().get("refused").isEmpty());
    }

    @Test
    void aCandidateThatIsBadAtTheStartIsTakenWhenItIsGood() throws Exception {
        deployment.close();
        Files.writeString(candidate.resolve("transfers.cedar"), "nonsense");
        var settings = TestDatabases.settings(Engine.SQLITE);
        try (var other = new TestDeployment(
                settings, Settings.Policies.of(TestDeployment.BANK_POLICIES).observe(candidate))) {
            var bob = other.person("alice", "treasury").loggedIn().atTheBank();
            assertThat(bob.ask(read("alice")).permitted()).isTrue();
            var path = "/console/observe";
            await(() -> bob.get(path, "Accept", "application/json").body().contains("transfers.cedar"));
            assertThat(bob.get(path).body()).contains("cannot be loaded", "none yet");
            write("", "");
            await(() -> bob.get(path, "Accept", "application/json").body().contains("\"candidate\":\"sha256:"));
        }
    }
}
