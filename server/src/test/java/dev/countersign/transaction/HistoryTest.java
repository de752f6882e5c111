package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.Entry;
import dev.countersign.store.Database.Engine;
import dev.countersign.transaction.History.Past;
import dev.countersign.transaction.History.Sums;
import dev.countersign.transaction.History.Window;
import dev.countersign.transaction.Transactions.Also;
import dev.countersign.transaction.Transactions.Relied;
import dev.countersign.transaction.Transactions.Spending;
import dev.countersign.transaction.Transactions.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class HistoryTest {
    private static final long CENT = 100;

    private final Engine engine;
    private final List<BankDeployment> nodes = new ArrayList<>();
    private final BankDeployment bank;

    HistoryTest(Engine engine) {
        this.engine = engine;
        nodes.add(new BankDeployment(engine));
        bank = nodes.getFirst();
    }

    @AfterEach
    void close() {
        nodes.forEach(BankDeployment::close);
    }

    @Test
    void thisTransactionIsTheFirst() {
        assertThat(day(bank.transfer("t1", "10.00"))).isEqualTo(new Past(1, 1, new Sums(1_000 * CENT, 1_000 * CENT)));
    }

    @Test
    void whatWasPermittedIsSummedUpByCurrency() {
        permit(bank.transfer("t1", "10.00"));
        permit(bank.transfer("t2", "0.5"));
        permit(inDollars("t3", "400.00"));
        permit(bank.transaction("mallory", "t4", BankDeployment.payment("t4", "70.00")));
        assertThat(day(bank.transfer("t5", "1"))).isEqualTo(new Past(4, 4, new Sums(1_150 * CENT, 1_150 * CENT)));
        assertThat(day(inDollars("t6", "1.00"))).isEqualTo(new Past(4, 4, new Sums(40_100 * CENT, 40_100 * CENT)));
    }

    @Test
    void otherTypesCountTowardsTheMoneyAlone() {
        permit(bank.transfer("t1", "10.00"));
        var batch = bank.transaction("alice", "b1", """
                {"id": "b1", "type": "batch-payment", "details": {"total": "3.00", "currency": "EUR",
                 "execution_date": "2026-12-01", "lines": [{"amount": "3.00", "reference": "Rent",
                 "payee": {"name": "ACME GmbH", "iban": "FR1420041010050500013M02606"}}]}}""");
        assertThat(day(batch)).isEqualTo(new Past(1, 1, new Sums(1_300 * CENT, 1_300 * CENT)));
        var export = bank.transaction("alice", "k1", """
                {"id": "k1", "type": "key-export", "details": {"key": "signing", "purpose": "Moving to another vault"}}""");
        assertThat(day(export)).isEqualTo(new Past(1, 1, null));
    }

    @Test
    void whatOthersSignedIsToldApart() {
        var large = bank.transfer("t1", "250000.00");
        var request = bank.request(large, terms(BankDeployment.TWO_OF_TREASURY));
        bank.sign(request, "bob");
        bank.sign(request, "carol");
        assertThat(bank.spend(large, terms(BankDeployment.TWO_OF_TREASURY))).isInstanceOf(Spending.Spent.class);
        assertThat(day(bank.transfer("t2", "1.00"))).isEqualTo(new Past(2, 1, new Sums(25_000_100 * CENT, 100 * CENT)));
    }

    @Test
    void whatTheRequesterSignedAloneIsNotWhatOthersSigned() {
        var own = bank.transfer("t1", "5.00");
        var signature = new Terms("ev_1", "sha256:00", List.of(), true, null, null);
        bank.sign(bank.request(own, signature), "alice");
        assertThat(bank.spend(own, signature)).isInstanceOf(Spending.Spent.class);
        assertThat(day(bank.transfer("t2", "1.00")).unapproved()).isEqualTo(2);
    }

    @Test
    void eachWindowHoldsWhatItIsFor() {
        permit(bank.transfer("t1", "10.00"));
        bank.pass(Duration.ofMinutes(61));
        permit(bank.transfer("t2", "20.00"));
        bank.pass(Duration.ofHours(23));
        var history = history(bank.transfer("t3", "1.00"));
        assertThat(history.in(Window.HOUR).count()).isEqualTo(1);
        assertThat(history.in(Window.DAY)).isEqualTo(new Past(2, 2, new Sums(2_100 * CENT, 2_100 * CENT)));
        assertThat(history.in(Window.WEEK).count()).isEqualTo(3);
        bank.pass(Duration.ofDays(7));
        assertThat(history(bank.transfer("t4", "1.00")).in(Window.WEEK).count()).isEqualTo(1);
    }

    @Test
    void whatFailedDoesNotCountWhatIsUnknownDoes() {
        permit(bank.transfer("failed", "10.00"));
        permit(bank.transfer("unknown", "20.00"));
        permit(bank.transfer("reversed", "40.00"));
        outcome("failed", "failed");
        outcome("unknown", "unknown");
        outcome("reversed", "executed");
        outcome("reversed", "reversed");
        assertThat(day(bank.transfer("t1", "1.00"))).isEqualTo(new Past(3, 3, new Sums(6_100 * CENT, 6_100 * CENT)));
        bank.resolve("unknown", "not_executed");
        assertThat(day(bank.transfer("t1", "1.00")).count()).isEqualTo(2);
    }

    @Test
    void accountsOfOnePersonShareAHistory() {
        bank.aliases.put("alice2", "alice");
        permit(bank.transfer("t1", "10.00"));
        permit(bank.transaction("alice2", "t2", BankDeployment.payment("t2", "20.00")));
        assertThat(day(bank.transfer("t3", "1.00")).count()).isEqualTo(3);
        assertThat(day(bank.transaction("alice2", "t4", BankDeployment.payment("t4", "1.00")))
                        .money())
                .isEqualTo(new Sums(3_100 * CENT, 3_100 * CENT));
    }

    @Test
    void sumsThatNoNumberHoldsAreTheLargestNumber() {
        for (var i = 0; i < 3; i++) {
            permit(bank.transfer("huge" + i, "922337203685477"));
        }
        assertThat(day(bank.transfer("t1", "1.00")).money()).isEqualTo(new Sums(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    /** Ten fit; whoever asks at once has seen an empty history. On PostgreSQL from two nodes. */
    @Test
    void whatFitsTogetherIsPermittedHoweverManyAskAtOnce() throws Exception {
        if (engine == Engine.POSTGRESQL) {
            nodes.add(bank.secondNode());
        }
        var asked = new ArrayList<Callable<Spending>>();
        for (var i = 0; i < 60; i++) {
            var node = nodes.get(i % nodes.size());
            var transfer = node.transfer("t" + i, "999.99");
            asked.add(() -> spend(node, transfer, 10));
        }
        var permitted = 0;
        try (var threads = Executors.newFixedThreadPool(30)) {
            for (var answer : threads.invokeAll(asked)) {
                var spending = answer.get();
                assertThat(spending).isInstanceOfAny(Spending.Spent.class, Spending.OtherHistory.class);
                permitted += spending instanceof Spending.Spent ? 1 : 0;
            }
        }
        assertThat(permitted).isEqualTo(10);
        assertThat(day(bank.transfer("last", "1.00")).count()).isEqualTo(11);
    }

    private static Spending spend(BankDeployment node, Transaction transfer, int most) {
        var seen = node.transactions.history(transfer, node.now());
        var relied = new Relied(seen, now -> now.in(Window.DAY).count() <= most);
        var terms = new Terms("ev_1", "sha256:00", List.of(), false, null, relied);
        return seen.in(Window.DAY).count() > most
                ? new Spending.OtherHistory()
                : node.transactions.spend(transfer, terms, Entry.of("decision", "ev_1"), Also.NOTHING);
    }

    private void permit(Transaction transaction) {
        assertThat(bank.spend(transaction, terms())).isInstanceOf(Spending.Spent.class);
    }

    private Transaction inDollars(String id, String amount) {
        return bank.transaction("alice", id, BankDeployment.payment(id, amount).replace("EUR", "USD"));
    }

    private History history(Transaction transaction) {
        return bank.transactions.history(transaction, bank.now());
    }

    private Past day(Transaction transaction) {
        return history(transaction).in(Window.DAY);
    }

    private void outcome(String transaction, String outcome) {
        assertThat(bank.outcome(transaction, outcome)).isEqualTo(200);
    }
}
