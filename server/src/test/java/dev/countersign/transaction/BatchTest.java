package dev.countersign.transaction;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.evidence.LeafTree;
import dev.countersign.evidence.Proofs;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.store.Database.Engine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Many payments that people sign as one. */
@ParameterizedClass
@EnumSource(Engine.class)
final class BatchTest {
    private static final ApprovalNeed ONE = BankDeployment.need(1, "treasury", true);

    private final BankDeployment bank;

    BatchTest(Engine engine) {
        bank = new BankDeployment(engine);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private static String batch(String id, String total, String... amounts) {
        var transaction = Json.MAPPER.createObjectNode().put("id", id).put("type", "batch-payment");
        var details = transaction.putObject("details");
        details.put("total", total).put("currency", "EUR").put("execution_date", "2026-11-30");
        var lines = details.putArray("lines");
        for (var amount : amounts) {
            var line = lines.addObject().put("amount", amount).put("reference", "Salary " + lines.size());
            line.putObject("payee").put("name", "Payee " + lines.size()).put("iban", "FR1420041010050500013M02606");
        }
        return transaction.toString();
    }

    @Test
    void theRootOfTheLinesIsSignedAndTheLinesAreKept() {
        var transaction = bank.transaction("alice", "b1", batch("b1", "60.50", "10.00", "20.5", "30"));
        var signed = Json.read(transaction.canonical()).path("details").path("lines");
        assertThat(signed.path("count").intValue()).isEqualTo(3);
        var lines = BatchLines.read(requireNonNull(transaction.lines()));
        assertThat(lines.size()).isEqualTo(3);
        var root = HexFormat.of().parseHex(signed.path("root").stringValue());
        for (var i = 0; i < 3; i++) {
            var leaf = new LeafTree(List.of(lines.line(i))).leafHash(0);
            assertThat(Proofs.isIncluded(leaf, i, 3, root, lines.path(i))).isTrue();
            assertThat(Proofs.isIncluded(leaf, (i + 1) % 3, 3, root, lines.path(i)))
                    .isFalse();
        }
    }

    @Test
    void everyLineIsShownAndTheBatchIsSpentOnceAsAWhole() {
        var transaction = bank.transaction("alice", "b1", batch("b1", "60.50", "10.00", "20.5", "30"));
        var request = bank.request(transaction, BankDeployment.terms(ONE));
        var page = bank.get("/approvals/" + request, "bob").body();
        assertThat(page)
                .contains("60.50 EUR", "sixty and 50/100 euros", "10.00 EUR", "20.5 EUR", "30 EUR")
                .contains("Payee 1", "Payee 3", "Salary 2", "FR14 2004", "Monday, November 30, 2026");
        bank.sign(request, "bob");
        assertThat(bank.spend(transaction, BankDeployment.terms(ONE))).isInstanceOf(Transactions.Spending.Spent.class);
        assertThat(bank.get("/transactions/b1", "alice").body()).contains("Payee 2", "20.5 EUR");
        var other = bank.transaction("alice", "b1", batch("b1", "60.50", "10.00", "20.4", "30.1"));
        assertThat(other.hash()).isNotEqualTo(transaction.hash());
    }

    @Test
    void aTotalThatIsNotTheSumIsRefused() {
        assertThatThrownBy(() -> bank.transaction("alice", "b1", batch("b1", "60.51", "10.00", "20.5", "30")))
                .isInstanceOfSatisfying(Problem.class, refused -> {
                    assertThat(refused.extensions()).containsEntry("pointer", "/context/transaction/details/total");
                    assertThat(refused.detail()).contains("60.50");
                });
    }

    @Test
    void aBatchHasLinesAndNotTooMany() {
        assertThatThrownBy(() -> bank.transaction("alice", "b1", batch("b1", "0.00")))
                .isInstanceOf(Problem.class);
        var amounts = new String[Batch.MAX_LINES + 1];
        Arrays.fill(amounts, "1.00");
        assertThatThrownBy(() -> bank.transaction("alice", "b1", batch("b1", "1001.00", amounts)))
                .isInstanceOf(Problem.class);
        assertThat(bank.transaction("alice", "b1", batch("b1", "1000.00", Arrays.copyOf(amounts, 1000)))
                        .lines())
                .isNotNull();
    }

    @Test
    void keptLinesThatAreNotTheSignedOnesAreNotShown() {
        var transaction = bank.transaction("alice", "b1", batch("b1", "60.50", "10.00", "20.5", "30"));
        var kept = (ObjectNode) Json.read(requireNonNull(transaction.lines()));
        ((ObjectNode) kept.path("lines").get(0)).put("amount", "9.00");
        var forged = kept.toString().getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Statements.of(transaction.canonical(), forged, Locale.ENGLISH))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void oneLineIsProvenAndTheOthersAreNotShown() throws InterruptedException {
        var transaction = bank.transaction("alice", "b1", batch("b1", "60.50", "10.00", "20.5", "30"));
        bank.spend(transaction, BankDeployment.terms());
        var whole = bundle();
        var one = ProvenLine.of(whole, 2);
        assertThat(findings(one)).contains("Line 2 of 3 of the batch is", "20.5", "Payee 2");
        assertThat(one.toString()).hasSizeLessThan(whole.toString().length());
        assertThat(findings(whole)).contains("All 3 lines of the batch");
        for (var wrong : List.of(0, 4)) {
            assertThatThrownBy(() -> ProvenLine.of(whole, wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        var line = (ObjectNode) one.path("transaction").path("line");
        line.put("number", 3);
        assertThat(BundleCheck.verify(one, null))
                .anySatisfy(each -> assertThat(each.holds()).isFalse());
        line.put("number", 2);
        line.put("bytes", line.path("bytes").stringValue().replace('A', 'B'));
        assertThat(BundleCheck.verify(one, null))
                .anySatisfy(each -> assertThat(each.holds()).isFalse());
    }

    private static String findings(JsonNode bundle) {
        var findings = BundleCheck.verify(bundle, null);
        assertThat(findings).allSatisfy(each -> assertThat(each.holds()).isTrue());
        return findings.toString();
    }

    private JsonNode bundle() throws InterruptedException {
        for (var i = 0; i < 100; i++) {
            var answer = bank.get("/transactions/b1/bundle", "alice");
            if (answer.statusCode() == 200) {
                return BankDeployment.json(answer);
            }
            Thread.sleep(50);
        }
        throw new AssertionError("No checkpoint");
    }
}
