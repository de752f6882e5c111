package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.need;
import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.store.Database;
import dev.countersign.transaction.Transactions.Spending;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Separation of duties over people who have several accounts. */
final class AliasTest {
    @SuppressWarnings("NullAway.Init") // each test opens its own
    private BankDeployment bank;

    @AfterEach
    void stop() {
        bank.close();
    }

    @ParameterizedTest
    @EnumSource
    void twoAccountsOfOnePersonAreOneSignature(Database.Engine engine) {
        bank = new BankDeployment(engine);
        bank.aliases.put("dora", "bob");
        var transaction = bank.transfer("tx-1", "12000.00");
        var terms = terms(need(2, "treasury", true));
        var task = bank.request(transaction, terms);
        assertThat(bank.sign(task, "bob")).isEqualTo(200);
        assertThat(bank.sign(task, "dora")).isEqualTo(409);
        assertThat(bank.status(task)).isEqualTo("pending");
        assertThat(bank.sign(task, "carol")).isEqualTo(200);
        assertThat(bank.status(task)).isEqualTo("approved");
    }

    @ParameterizedTest
    @EnumSource
    void anAliasThatIsDeclaredAfterTheSignaturesMakesThemOne(Database.Engine engine) {
        bank = new BankDeployment(engine);
        var transaction = bank.transfer("tx-1", "12000.00");
        var terms = terms(need(2, "treasury", true));
        var task = bank.request(transaction, terms);
        assertThat(bank.sign(task, "bob")).isEqualTo(200);
        assertThat(bank.sign(task, "dora")).isEqualTo(200);
        assertThat(bank.status(task)).isEqualTo("approved");

        bank.aliases.put("dora", "bob");
        assertThat(bank.status(task)).isEqualTo("pending");
        assertThat(bank.spend(transaction, terms)).isNotInstanceOf(Spending.Spent.class);
        assertThat(bank.sign(task, "carol")).isEqualTo(200);
        assertThat(bank.spend(transaction, terms)).isInstanceOf(Spending.Spent.class);
    }

    @ParameterizedTest
    @EnumSource
    void theRequestersOtherAccountApprovesNothingOfTheirs(Database.Engine engine) {
        bank = new BankDeployment(engine);
        var transaction = bank.transfer("tx-1", "12000.00");
        var terms = terms(need(1, "treasury", true));
        var task = bank.request(transaction, terms);
        assertThat(bank.sign(task, "dora")).isEqualTo(200);
        assertThat(bank.status(task)).isEqualTo("approved");

        bank.aliases.put("dora", "alice");
        assertThat(bank.spend(transaction, terms)).isNotInstanceOf(Spending.Spent.class);
        bank.aliases.put("bob", "alice");
        assertThat(bank.sign(task, "bob")).isEqualTo(403);
        assertThat(bank.signalled).contains("self_approval");
    }
}
