package dev.countersign;

import static dev.countersign.Payments.read;
import static dev.countersign.Payments.transfer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.policy.Requirement;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.RecordSource;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What is kept of decisions, and who may look at it, over HTTP. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RecordedDecisionsTest {
    private final Engine engine;
    private TestDeployment deployment;

    RecordedDecisionsTest(Engine engine) {
        this.engine = engine;
        deployment = new TestDeployment(engine);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private TestPerson alice() {
        return deployment
                .person("alice", "treasury")
                .loggedIn()
                .withAuthenticator()
                .atTheBank();
    }

    @Test
    void everyDecisionIsRecordedAsPoliciesSawIt() {
        var alice = alice();
        var permit = (Decision.Permit) alice.ask(read("alice"));
        var open = (Decision.Refused) alice.ask(transfer("tx-1", "2500.00"));
        var denied = (Decision.Refused)
                deployment.person("mallory").loggedIn().atTheBank().ask(read("mallory"));
        var small = (Decision.Permit) alice.ask(transfer("tx-2", "50.00"));

        var recorded = record(permit.evaluationId());
        assertThat(recorded.code()).isEqualTo("permitted");
        assertThat(recorded.policies()).containsExactly("owner-reads");
        assertThat(recorded.enforcementPoint()).isEqualTo("bank");
        assertThat(recorded.request().principal()).hasToString("User::\"alice\"");
        assertThat(recorded.request().context().get("network")).asString().contains("203.0.113.7");
        assertThat(recorded.request().context().get("network")).asString().contains("country", "unknown");
        assertThat(recorded.request().context().get("device")).asString().contains("compliant");
        assertThat(recorded.request().context().get("risk")).asString().contains("score", "level");
        assertThat(recorded.request().context().get("session")).asString().contains("proof_age", "idle");
        assertThat(recorded.entities())
                .hasSize(2)
                .anySatisfy(entity -> assertThat(entity.parents())
                        .anySatisfy(group -> assertThat(group).hasToString("Group::\"treasury\"")));

        var asked = record(open.evaluationId());
        assertThat(answered(asked).outcome()).isEqualTo(Outcome.OPEN);
        assertThat(answered(asked).deciding()).containsExactly("transfer-needs-step-up");
        assertThat(answered(asked).requirements())
                .anySatisfy(stated -> {
                    assertThat(stated.requirement()).isInstanceOf(Requirement.StepUp.class);
                    assertThat(stated.satisfied()).isFalse();
                })
                .anySatisfy(stated -> {
                    assertThat(stated.requirement()).isInstanceOf(Requirement.Proof.class);
                    assertThat(stated.satisfied()).isTrue();
                });
        assertThat(answered(record(denied.evaluationId())).outcome()).isEqualTo(Outcome.DENY);

        for (var id : List.of(permit.evaluationId(), open.evaluationId(), small.evaluationId())) {
            var entry = Json.MAPPER.readTree(deployment
                    .query("select bytes from evidence where idx = "
                            + record(id).evidenceIndex())
                    .getFirst());
            assertThat(entry.get("subject").stringValue()).isEqualTo(id);
        }
    }

    @Test
    void whatWasDecidedWithoutPoliciesIsRecordedWithoutTheirAnswer() {
        var alice = alice();
        var first = (Decision.Permit) alice.ask(transfer("tx-3", "50.00"));
        var again = (Decision.Permit) alice.ask(transfer("tx-3", "50.00"));
        assertThat(record(first.evaluationId()).answered()).isNotNull();
        assertThat(record(again.evaluationId()).answered()).isNull();
    }

    @Test
    void noRecordHoldsWhatWasPresented() {
        var alice = alice();
        alice.ask(read("alice"));
        alice.ask(transfer("tx-4", "2500.00"));
        alice.stepUp();
        var last = (Decision.Permit) alice.ask(transfer("tx-4", "2500.00"));
        var stolen = alice.present();
        deployment.bank().evaluate(read("mallory").apply(stolen)); // refused before policies are asked
        record(last.evaluationId());
        await(() -> records().size() >= 4);
        var texts = new ArrayList<String>(deployment.query("select bytes from decision_record"));
        texts.addAll(records());
        assertThat(alice.secrets).hasSizeGreaterThan(5);
        for (var text : texts) {
            assertThat(alice.secrets).noneSatisfy(secret -> assertThat(text).contains(secret));
            assertThat(text).doesNotContain(TestDeployment.BANK_KEY);
        }
    }

    @Test
    void recordsGoWhenTheirTimeIsOver() {
        var core = deployment.client(TestDeployment.CORE_KEY);
        var question = Evaluation.of("User", "alice", "read-account", "Account", Payments.ACCOUNT)
                .build();
        var old = requireNonNull(((Decision.Refused) core.evaluate(question)).evaluationId());
        record(old);
        deployment.advance(Duration.ofDays(29));
        var later = requireNonNull(((Decision.Refused) core.evaluate(question)).evaluationId());
        record(later);
        assertThat(recorded(old)).isTrue();
        deployment.advance(Duration.ofDays(2));
        await(() -> !recorded(old));
        assertThat(recorded(later)).isTrue();
    }

    @Test
    void nothingIsKeptWhenNothingIsToBeKept() throws Exception {
        deployment.close();
        var settings = TestDatabases.settings(engine);
        deployment = new TestDeployment(
                settings, Settings.Policies.of(TestDeployment.BANK_POLICIES).keepDecisions(Duration.ZERO));
        assertThat(alice().ask(read("alice")).permitted()).isTrue();
        Thread.sleep(1_000);
        assertThat(records()).isEmpty();
        assertThat(health().get("recording").booleanValue()).isFalse();
    }

    @Test
    void healthTellsOfRecords() {
        var permit = (Decision.Permit) alice().ask(read("alice"));
        record(permit.evaluationId());
        await(() -> health().get("written").longValue() >= 1);
        assertThat(health().get("dropped").longValue()).isZero();
    }

    @Test
    void theDecisionsPageTellsWhatWasAskedAnsweredAndWhy() {
        var alice = alice();
        var open = (Decision.Refused) alice.ask(transfer("tx-5", "250000.00"));
        record(open.evaluationId());
        var page = alice.get("/console/decisions/" + open.evaluationId());
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.body())
                .contains("large-transfer-needs-two", "approval by 2 of treasury", "context.transaction.amount")
                .contains("User::\"alice\"", requireNonNull(open.evaluationId()))
                .doesNotContain("Other policies are live");
        var json = Json.MAPPER.readTree(
                alice.get("/console/decisions/" + open.evaluationId(), "Accept", "application/json")
                        .body());
        assertThat(json.at("/explanation/decision").stringValue()).isEqualTo("open");
        assertThat(json.get("same_policy_set").booleanValue()).isTrue();
        assertThat(json.at("/record/request/context/transaction/currency").stringValue())
                .isEqualTo("EUR");
    }

    @Test
    void theDecisionsPageIsForWhomPolicyLetsReadTheConsole() {
        var alice = alice();
        var permit = (Decision.Permit) alice.ask(read("alice"));
        record(permit.evaluationId());
        var path = "/console/decisions/" + permit.evaluationId();
        var mallory = deployment.person("mallory", "customers").loggedIn();
        for (var accept : List.of("text/html", "application/json")) {
            var refused = mallory.get(path, "Accept", accept);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).doesNotContain("owner-reads", "203.0.113.7", "DE89370400440532013000");
            assertThat(mallory.get("/console/observe", "Accept", accept).statusCode())
                    .isEqualTo(403);
        }
        assertThat(deployment.person("nobody").get(path).statusCode()).isEqualTo(303);
        assertThat(deployment
                        .person("nobody")
                        .get(path, "Accept", "application/json")
                        .statusCode())
                .isEqualTo(401);
        assertThat(alice.get("/console/decisions/ev_AAAAAAAAAAAAAAAAAAAAAA").statusCode())
                .isEqualTo(404);
        assertThat(alice.get("/console/decisions/..%2F..%2Fx").statusCode()).isIn(400, 404);
        assertThat(alice.get("/console/observe").statusCode()).isEqualTo(404); // no candidate is set
    }

    private JsonNode health() {
        return Json.MAPPER
                .readTree(deployment
                        .person("nobody")
                        .get("/health/ready", "Accept", "application/json")
                        .body())
                .get("decision_records");
    }

    private DecisionRecord record(@Nullable String id) {
        var evaluationId = requireNonNull(id);
        await(() -> recorded(evaluationId));
        return all().stream()
                .filter(decision -> decision.evaluationId().equals(evaluationId))
                .findFirst()
                .orElseThrow();
    }

    private static DecisionRecord.Answered answered(DecisionRecord decision) {
        return requireNonNull(decision.answered());
    }

    private boolean recorded(String evaluationId) {
        return all().stream().anyMatch(decision -> decision.evaluationId().equals(evaluationId));
    }

    private List<DecisionRecord> all() {
        var decisions = new ArrayList<DecisionRecord>();
        eachRecord((decision, _) -> decisions.add(decision));
        return decisions;
    }

    /** As lines of JSON. */
    private List<String> records() {
        var lines = new ArrayList<String>();
        eachRecord((_, json) -> lines.add(new String(json, StandardCharsets.UTF_8)));
        return lines;
    }

    private void eachRecord(RecordSource.Reader reader) {
        try (var source = source();
                var decoder = source.decoder()) {
            source.each(Instant.EPOCH, raw -> decoder.decode(raw, Instant.EPOCH, reader));
        }
    }

    private RecordSource source() {
        var url = deployment.settings.databaseUrl();
        return url == null
                ? RecordSource.sqlite(Path.of(deployment.settings.data().toString(), "countersign.db"))
                : RecordSource.postgresql(url, null, null);
    }

    static void await(BooleanSupplier done) {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
