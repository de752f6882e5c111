package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.need;
import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.SigningMethod;
import dev.countersign.store.Database.Engine;
import dev.countersign.transaction.Reconsideration.Verdict;
import dev.countersign.transaction.Transactions.Spending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What time and policies make of open requests. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RequestWatchTest {
    private static final Verdict UNCHANGED = new Verdict.Unchanged();
    private static final ApprovalNeed ONE = need(1, "treasury", true);

    /** Audit may sign after ten minutes. */
    private static final ApprovalNeed ESCALATING = new ApprovalNeed(
            "large",
            1,
            "treasury",
            Duration.ofMinutes(30),
            true,
            SigningMethod.SIGNATURES,
            new ApprovalNeed.Escalation(Duration.ofMinutes(10), "audit"));

    private final BankDeployment bank;

    RequestWatchTest(Engine engine) {
        bank = new BankDeployment(engine);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private List<String> told() {
        return bank.changes.stream().map(change -> change.kind().word()).toList();
    }

    @Test
    void aRequestThatNobodyAnswersExpiresAndThatIsTold() {
        var request = bank.request(bank.transfer("t1", "250000.00"), terms(ONE));
        bank.look(UNCHANGED);
        assertThat(told()).containsExactly("opened");
        bank.pass(Duration.ofMinutes(15));
        bank.look(UNCHANGED);
        bank.look(UNCHANGED);
        assertThat(told()).containsExactly("opened", "expired");
        assertThat(bank.status(request)).isEqualTo("expired");
        assertThat(bank.evidenceOf("access_request.expired")).isEqualTo(1);
    }

    @Test
    void aRequestThatIsApprovedStaysAsLongAsItsApprovals() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(ONE));
        bank.pass(Duration.ofMinutes(14));
        bank.sign(request, "bob");
        bank.pass(Duration.ofMinutes(2));
        bank.look(UNCHANGED);
        assertThat(bank.status(request)).isEqualTo("approved");
        assertThat(bank.spend(transfer, terms(ONE))).isInstanceOf(Spending.Spent.class);
    }

    @Test
    void othersMaySignOnlyWhenTimeHasPassedAndThenTheyAreTold() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(ESCALATING));
        assertThat(bank.get("/approvals/" + request, "edgar").statusCode()).isEqualTo(404);
        assertThat(bank.sign(request, "edgar")).isEqualTo(404);
        bank.pass(Duration.ofMinutes(10));
        bank.look(UNCHANGED);
        bank.look(UNCHANGED);
        assertThat(told()).containsExactly("opened", "escalated");
        assertThat(bank.sign(request, "edgar")).isEqualTo(200);
        assertThat(bank.spend(transfer, terms(ESCALATING))).isInstanceOf(Spending.Spent.class);
    }

    @Test
    void policiesThatForbidItNowEndARequestAtOnce() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(ONE));
        bank.sign(request, "bob");
        bank.look(new Verdict.Refused("sha256:01", "Transfers are closed today"));
        assertThat(bank.status(request)).isEqualTo("cancelled");
        assertThat(bank.get("/approvals/" + request, "alice").body()).contains("Transfers are closed today");
        assertThat(bank.spend(transfer, terms(ONE))).isEqualTo(new Spending.NotEnough(ONE, 0));
        assertThat(told()).containsExactly("opened", "signed", "cancelled");
    }

    @Test
    void policiesThatAskForMoreNowAreShownAtOnce() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(ONE));
        bank.sign(request, "bob");
        assertThat(bank.status(request)).isEqualTo("approved");
        bank.look(new Verdict.Needed("sha256:01", List.of(ONE, need(1, "audit", true)), false));
        assertThat(bank.status(request)).isEqualTo("pending");
        assertThat(bank.get("/approvals/" + request, "alice").body()).contains("1 more person of audit");
        bank.look(new Verdict.Needed("sha256:01", List.of(ONE, need(1, "audit", true)), false));
        assertThat(told()).containsExactly("opened", "signed", "renewed");
    }
}
