package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.TWO_OF_TREASURY;
import static dev.countersign.transaction.BankDeployment.need;
import static dev.countersign.transaction.BankDeployment.payment;
import static dev.countersign.transaction.BankDeployment.submission;
import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.http.Problem;
import dev.countersign.policy.SigningMethod;
import dev.countersign.store.Database.Engine;
import dev.countersign.transaction.Transactions.Earlier;
import dev.countersign.transaction.Transactions.Spending;
import dev.countersign.transaction.Transactions.Terms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class TransactionTest {
    private final BankDeployment bank;

    TransactionTest(Engine engine) {
        bank = new BankDeployment(engine);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void theCanonicalBytesNameWhoWhatAndWhere() {
        var transaction = bank.transfer("t1", "250000.00");
        assertThat(new String(transaction.canonical(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"action\":\"transfer\",\"audience\":\"bank\",\"details\":{\"amount\":\"250000.00\","
                                + "\"currency\":\"EUR\",\"payee\":{\"iban\":\"FR1420041010050500013M02606\","
                                + "\"name\":\"ACME <b>GmbH</b>\"},\"reference\":\"Invoice 1042\"},\"id\":\"t1\","
                                + "\"requester\":{\"id\":\"alice\",\"type\":\"User\"},"
                                + "\"resource\":{\"id\":\"DE89370400440532013000\",\"type\":\"Account\"},\"type\":\"payment\"}");
    }

    @Test
    void twoOfTreasuryPermitOnceAndSpendTheirApprovals() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(TWO_OF_TREASURY));
        assertThat(bank.sign(request, "bob")).isEqualTo(200);
        assertThat(bank.status(request)).isEqualTo("pending");
        assertThat(bank.spend(transfer, terms(TWO_OF_TREASURY))).isEqualTo(new Spending.NotEnough(TWO_OF_TREASURY, 1));
        assertThat(bank.sign(request, "bob")).isEqualTo(409);
        assertThat(bank.sign(request, "carol")).isEqualTo(200);
        assertThat(bank.status(request)).isEqualTo("approved");
        assertThat(bank.transactions.isApproved(transfer, TWO_OF_TREASURY, bank.now()))
                .isTrue();

        var spent = bank.spend(transfer, terms(TWO_OF_TREASURY));
        assertThat(spent).isInstanceOf(Spending.Spent.class);
        var receipt = ((Spending.Spent) spent).receipt();
        assertThat(bank.spend(transfer, terms(TWO_OF_TREASURY))).isEqualTo(new Spending.AlreadySpent(receipt));
        assertThat(bank.transactions.earlier(transfer, bank.now())).isEqualTo(new Earlier.Permitted(receipt));
        assertThat(bank.evidenceOf("approval.spent")).isEqualTo(2);
        bank.pass(Duration.ofSeconds(61));
        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Spent.class);
        assertThat(bank.get("/transactions/t1", "alice").statusCode()).isEqualTo(200);
        assertThat(bank.get("/transactions/t1", "mallory").statusCode()).isEqualTo(404);
    }

    @Test
    void ofAThousandParallelSpendsOneSucceeds() throws Exception {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(TWO_OF_TREASURY));
        bank.sign(request, "bob");
        bank.sign(request, "carol");
        var outcomes = inParallel(1_000, () -> bank.spend(transfer, terms(TWO_OF_TREASURY)));
        assertThat(outcomes).filteredOn(Spending.Spent.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Spending.AlreadySpent.class::isInstance).hasSize(999);
        assertThat(bank.evidenceOf("approval.spent")).isEqualTo(2);
        assertThat(bank.evidenceOf("decision")).isEqualTo(1);
        // Also those that were answered inside the commit that permitted: their receipt knows its place in the log.
        assertThat(outcomes).map(TransactionTest::receiptOf).containsOnly(receiptOf(outcomes.getFirst()));
    }

    private static String receiptOf(Spending spending) {
        return switch (spending) {
            case Spending.Spent spent -> spent.receipt().jws();
            case Spending.AlreadySpent already -> already.earlier().jws();
            default -> throw new AssertionError("No receipt: " + spending);
        };
    }

    @Test
    void otherBytesUnderTheSameIdAreRefused() {
        var transfer = bank.transfer("t1", "10.00");
        assertThat(bank.spend(transfer, terms())).isInstanceOf(Spending.Spent.class);
        var other = bank.transfer("t1", "10.01");
        assertThat(bank.spend(other, terms())).isEqualTo(new Spending.OtherTransaction(other.hash()));
        assertThat(bank.transactions.earlier(other, bank.now())).isEqualTo(new Earlier.OtherBytes(transfer.hash()));
    }

    @Test
    void anApprovalIsForNoOtherTransaction() {
        var small = bank.transfer("t1", "10.00");
        var request = bank.request(small, terms(need(1, "treasury", true)));
        bank.sign(request, "bob");
        var approval = BankDeployment.json(bank.get("/access/v1/requests/" + request, "bank"))
                .at("/result/approval/id")
                .asString();
        var large = bank.transfer("t2", "999999.00");
        var named = new Terms("ev_2", "sha256:00", List.of(), false, approval, null);
        assertThat(bank.spend(large, named)).isEqualTo(new Spending.OtherTransaction(large.hash()));
        assertThat(bank.spend(small, named)).isInstanceOf(Spending.Spent.class);
    }

    @Test
    void aSignatureCountsOnlyWhereItsMethodDoes() {
        var transfer = bank.transfer("t1", "250000.00");
        var inPerson = new ApprovalNeed(
                "offline", 1, "treasury", Duration.ofMinutes(15), true, Set.of(SigningMethod.OCRA), null);
        bank.sign(bank.request(transfer, terms(inPerson)), "bob");
        assertThat(bank.spend(transfer, terms(inPerson))).isEqualTo(new Spending.NotEnough(inPerson, 0));
        assertThat(bank.spend(transfer, terms(need(1, "treasury", true)))).isInstanceOf(Spending.Spent.class);
    }

    @Test
    void everyChangeOfARequestIsTold() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(TWO_OF_TREASURY));
        bank.request(transfer, terms(TWO_OF_TREASURY));
        bank.sign(request, "bob");
        bank.post("/approvals/" + request + "/withdraw", "bob", "{}");
        bank.post("/approvals/" + request + "/deny", "carol", "{}");
        var spent = bank.request(bank.transfer("t2", "250000.00"), terms(need(1, "treasury", true)));
        bank.sign(spent, "bob");
        bank.spend(bank.transfer("t2", "250000.00"), terms(need(1, "treasury", true)));
        assertThat(bank.changes)
                .extracting(
                        change -> change.kind().word() + " " + change.request().state())
                .containsExactly(
                        "opened OPEN",
                        "renewed OPEN",
                        "signed OPEN",
                        "withdrawn OPEN",
                        "denied DENIED",
                        "opened OPEN",
                        "signed OPEN",
                        "spent SPENT");
        assertThat(bank.changes)
                .allSatisfy(change -> assertThat(change.request().updatedAt())
                        .isEqualTo(change.at().truncatedTo(ChronoUnit.MILLIS)));
    }

    @Test
    void neitherTheRequesterNorAStrangerCounts() {
        var transfer = bank.transaction("bob", "t1", payment("t1", "250000.00"));
        var request = bank.request(transfer, terms(need(1, "treasury", true)));
        assertThat(bank.sign(request, "bob")).isEqualTo(403);
        assertThat(bank.sign(request, "mallory")).isEqualTo(404);
        assertThat(bank.get("/approvals/" + request, "mallory").statusCode()).isEqualTo(404);
        assertThat(bank.sign(request, "carol")).isEqualTo(200);
    }

    @Test
    void oneInTwoGroupsCountsForEachNeedButOnceWithinOne() {
        var transfer = bank.transfer("t1", "250000.00");
        var both = terms(need(1, "treasury", true), need(1, "audit", true));
        var request = bank.request(transfer, both);
        bank.sign(request, "dora");
        assertThat(bank.transactions.isApproved(transfer, TWO_OF_TREASURY, bank.now()))
                .isFalse();
        assertThat(bank.spend(transfer, both)).isInstanceOf(Spending.Spent.class);
    }

    @Test
    void approvalsExpire() {
        var transfer = bank.transfer("t1", "250000.00");
        var one = need(1, "treasury", true);
        var request = bank.request(transfer, terms(one));
        bank.sign(request, "bob");
        bank.pass(Duration.ofMinutes(15).minusMillis(1));
        assertThat(bank.transactions.isApproved(transfer, one, bank.now())).isTrue();
        bank.pass(Duration.ofMillis(1));
        assertThat(bank.transactions.isApproved(transfer, one, bank.now())).isFalse();
        assertThat(bank.status(request)).isEqualTo("expired");
        assertThat(bank.spend(transfer, terms(one))).isEqualTo(new Spending.NotEnough(one, 0));
    }

    @Test
    void aWithdrawnApprovalIsNoApproval() {
        var transfer = bank.transfer("t1", "250000.00");
        var one = need(1, "treasury", true);
        var request = bank.request(transfer, terms(one));
        bank.sign(request, "bob");
        assertThat(bank.post("/approvals/" + request + "/withdraw", "bob", "{}").statusCode())
                .isEqualTo(200);
        assertThat(bank.spend(transfer, terms(one))).isEqualTo(new Spending.NotEnough(one, 0));
        assertThat(bank.sign(request, "bob")).isEqualTo(200);
    }

    @Test
    void aDenialEndsItForTheseBytes() {
        var transfer = bank.transfer("t1", "250000.00");
        var one = need(1, "treasury", true);
        var request = bank.request(transfer, terms(one));
        bank.sign(request, "bob");
        assertThat(bank.post("/approvals/" + request + "/deny", "carol", "{\"reason\":\"Unknown payee\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bank.status(request)).isEqualTo("denied");
        assertThat(bank.spend(transfer, terms(one))).isEqualTo(new Spending.NotEnough(one, 0));
        assertThat(bank.request(transfer, terms(one))).isEqualTo(request);
        assertThat(bank.sign(request, "carol")).isEqualTo(409);
    }

    @Test
    void aPersonWhoDisownsARequestSuspendsTheSessionThatAsked() {
        var request = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        assertThat(bank.post("/approvals/" + request + "/deny", "mallory", "{\"not_me\":true}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(bank.suspended).isEmpty();
        assertThat(bank.post("/approvals/" + request + "/deny", "alice", "{\"not_me\":true}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bank.suspended)
                .containsExactly(BankDeployment.sessionOf("alice").value());
        assertThat(bank.status(request)).isEqualTo("denied");
    }

    @Test
    void anApproverWhoSaysThatARequestIsNotGenuineSuspendsTheSessionThatAsked() {
        var request = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        assertThat(bank.post("/approvals/" + request + "/deny", "bob", "{\"not_me\":true}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bank.suspended)
                .containsExactly(BankDeployment.sessionOf("alice").value());
        assertThat(bank.status(request)).isEqualTo("denied");
    }

    @Test
    void promptsThatCameToNothingAreCappedForWhoAsks() {
        for (var i = 0; i < Prompts.MAX_OF_REQUESTER; i++) {
            var request = bank.request(bank.transfer("bomb-" + i, "250000.00"), terms(TWO_OF_TREASURY));
            bank.post("/approvals/" + request + "/withdraw", "alice", "{}");
        }
        var transfer = bank.transfer("one-more", "250000.00");
        var refused = bank.post(
                "/access/v1/requests", "bank", submission(transfer, bank.token(transfer, terms(TWO_OF_TREASURY))));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains(Prompts.MAX_OF_REQUESTER + " times within an hour");
        assertThat(bank.signalled).containsExactly("prompts_capped");
        bank.pass(Prompts.WINDOW.plusSeconds(1));
        assertThat(bank.request(bank.transfer("later", "250000.00"), terms(TWO_OF_TREASURY)))
                .startsWith("rq_");
    }

    @Test
    void anApproversAuthenticatorIsAskedSoOftenAnHour() {
        var request = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        for (var i = 0; i < Prompts.MAX_TO_PERSON; i++) {
            assertThat(bank.post("/approvals/" + request + "/options", "bob", "{}")
                            .statusCode())
                    .isEqualTo(200);
        }
        var refused = bank.post("/approvals/" + request + "/options", "bob", "{}");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("3600");
        assertThat(bank.sign(request, "carol")).isEqualTo(200);
    }

    @Test
    void aRefusedSelfApprovalIsASignalOnTheSessionThatTried() {
        var request = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        assertThat(bank.post("/approvals/" + request + "/options", "alice", "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(bank.signalled).containsExactly("self_approval");
    }

    @Test
    void theSameAskedForTwiceIsOneLineOfTheInbox() {
        bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        bank.request(bank.transfer("t2", "250000.00"), terms(TWO_OF_TREASURY));
        bank.request(bank.transfer("t3", "250000.01"), terms(TWO_OF_TREASURY));
        var inbox = bank.get("/approvals", "bob").body();
        assertThat(inbox.split("<tr>", -1)).hasSize(4); // the head, and two lines
        assertThat(inbox).contains("asked 2 times");
    }

    @Test
    void figuresForgetWhatIsOlderThanTheirWindow() {
        var windows = List.of(Duration.ofDays(30), Duration.ofDays(7));
        var first = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        bank.pass(Duration.ofMinutes(2));
        bank.sign(first, "bob");
        bank.pass(Duration.ofDays(8));
        var second = bank.request(bank.transfer("t2", "250000.00"), terms(TWO_OF_TREASURY));
        bank.pass(Duration.ofMinutes(4));
        bank.post("/approvals/" + second + "/deny", "bob", "{}");
        assertThat(bank.figures().over(windows))
                .map(report -> report.approvers().getFirst())
                .containsExactly(
                        new PromptFigures.Figures("bob", 2, 2, 1, 0, 0, Duration.ofMinutes(3)),
                        new PromptFigures.Figures("bob", 1, 1, 1, 0, 0, Duration.ofMinutes(4)));
        bank.pass(Duration.ofDays(31));
        assertThat(bank.figures().over(windows))
                .allSatisfy(report -> assertThat(report.groups()).isEmpty());
    }

    @Test
    void theRequestersOwnSignatureIsSpentToo() {
        var transfer = bank.transfer("t1", "10.00");
        var terms = new Terms("ev_1", "sha256:00", List.of(), true, null, null);
        var request = bank.request(transfer, terms);
        assertThat(bank.spend(transfer, terms)).isEqualTo(new Spending.NotSigned());
        assertThat(bank.sign(request, "bob")).isEqualTo(404);
        assertThat(bank.sign(request, "alice")).isEqualTo(200);
        assertThat(bank.transactions.isSigned(transfer, bank.now())).isTrue();
        assertThat(bank.spend(transfer, terms)).isInstanceOf(Spending.Spent.class);
        assertThat(bank.transactions.isSigned(transfer, bank.now())).isFalse();
    }

    @Test
    void aChallengeServesOnceAndOnlyItsRequest() {
        var one = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        var two = bank.request(bank.transfer("t2", "250000.00"), terms(TWO_OF_TREASURY));
        var challenge = BankDeployment.json(bank.post("/approvals/" + one + "/options", "bob", "{}"))
                .at("/publicKey/challenge")
                .asString();
        bank.post("/approvals/" + two + "/options", "bob", "{}");
        assertThat(bank.answer(two, "bob", challenge).statusCode()).isEqualTo(403);
        bank.pass(Approvals.CHALLENGE_LIFETIME);
        assertThat(bank.answer(one, "bob", challenge).statusCode()).isEqualTo(409);
    }

    @Test
    void aBindingTokenServesOnlyItsBytesItsEnforcementPointAndItsTime() {
        var transfer = bank.transfer("t1", "250000.00");
        var token = bank.token(transfer, terms(TWO_OF_TREASURY));
        var good = submission(transfer, token);
        assertThat(refusal(submission(bank.transfer("t1", "250000.01"), token), "bank"))
                .isEqualTo(400);
        assertThat(refusal(good, "shop")).isEqualTo(400);
        assertThat(refusal(submission(transfer, token.replaceFirst("\\.[^.]*$", ".AAAA")), "bank"))
                .isEqualTo(400);
        var receipt = ((Spending.Spent) bank.spend(bank.transfer("t9", "1.00"), terms())).receipt();
        assertThat(refusal(submission(transfer, receipt.jws()), "bank")).isEqualTo(400);
        bank.pass(BindingTokens.LIFETIME.plusSeconds(1));
        assertThat(refusal(good, "bank")).isEqualTo(410);
    }

    private int refusal(String body, String point) {
        var answer = bank.post("/access/v1/requests", point, body);
        assertThat(answer.body()).contains("urn:openid:authzen:access-request:error:");
        return answer.statusCode();
    }

    @Test
    void identicalRequestsAreOneAndOnePersonsAreFew() {
        var request = bank.request(bank.transfer("t0", "250000.00"), terms(TWO_OF_TREASURY));
        assertThat(bank.request(bank.transfer("t0", "250000.00"), terms(TWO_OF_TREASURY)))
                .isEqualTo(request);
        for (var i = 1; i < AccessRequests.MAX_OPEN; i++) {
            bank.request(bank.transfer("t" + i, "250000.00"), terms(TWO_OF_TREASURY));
        }
        var more = bank.transfer("more", "250000.00");
        var answer =
                bank.post("/access/v1/requests", "bank", submission(more, bank.token(more, terms(TWO_OF_TREASURY))));
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(bank.post("/access/v1/requests/" + request + "/cancel", "bank", "{}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bank.status(request)).isEqualTo("cancelled");
        assertThat(bank.get("/access/v1/requests/" + request, "shop").statusCode())
                .isEqualTo(404);
    }

    @Test
    void theFirstOutcomeStandsAndUnknownMustBeResolved() {
        var transfer = bank.transfer("t1", "10.00");
        assertThat(bank.outcome("t1", "executed")).isEqualTo(404);
        bank.spend(transfer, terms());
        assertThat(bank.outcome("t1", "unknown")).isEqualTo(200);
        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Unresolved.class);
        assertThat(bank.outcome("t1", "failed")).isEqualTo(200);
        assertThat(bank.outcome("t1", "failed")).isEqualTo(200);
        assertThat(bank.outcome("t1", "executed")).isEqualTo(409);
        assertThat(bank.evidenceOf("transaction.resolved")).isEqualTo(1);
        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Spent.class);
    }

    @Test
    void aReversalComesAfterExecutionAndReopensNothing() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = bank.request(transfer, terms(TWO_OF_TREASURY));
        bank.sign(request, "bob");
        bank.sign(request, "carol");
        bank.spend(transfer, terms(TWO_OF_TREASURY));
        assertThat(bank.outcome("t1", "reversed")).isEqualTo(409);
        assertThat(bank.outcome("t1", "executed")).isEqualTo(200);
        assertThat(bank.outcome("t1", "reversed")).isEqualTo(200);
        assertThat(bank.outcome("t1", "reversed")).isEqualTo(200);
        assertThat(bank.outcome("t1", "executed")).isEqualTo(409);
        assertThat(bank.outcome("t1", "unknown")).isEqualTo(409);
        assertThat(bank.evidenceOf("transaction.reversed")).isEqualTo(1);
        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Spent.class);
        assertThat(bank.transactions.isApproved(transfer, TWO_OF_TREASURY, bank.now()))
                .isFalse();
        assertThat(bank.spend(transfer, terms(TWO_OF_TREASURY))).isEqualTo(new Spending.Over(false));
        assertThat(bank.get("/transactions/t1", "alice").body()).contains("executed, says bank", "reversed, says bank");
    }

    @Test
    void whatWasNotExecutedIsAskedForAnewAndNoOldApprovalCounts() {
        var transfer = bank.transfer("t1", "250000.00");
        var first = bank.request(transfer, terms(TWO_OF_TREASURY));
        bank.sign(first, "bob");
        bank.sign(first, "carol");
        var old = ((Spending.Spent) bank.spend(transfer, terms(TWO_OF_TREASURY))).receipt();
        assertThat(bank.resolve("t1", "not_executed")).isEqualTo(409); // nobody said that it is unknown
        assertThat(bank.outcome("t1", "unknown")).isEqualTo(200);
        assertThat(bank.spend(transfer, terms(TWO_OF_TREASURY))).isEqualTo(new Spending.Over(true));
        assertThat(bank.resolve("t1", "not_executed")).isEqualTo(200);
        assertThat(bank.evidenceOf("transaction.released")).isEqualTo(1);

        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Open.class);
        assertThat(bank.spend(transfer, terms(TWO_OF_TREASURY))).isEqualTo(new Spending.NotEnough(TWO_OF_TREASURY, 0));
        assertThat(bank.transactions.earlier(bank.transfer("t1", "250000.01"), bank.now()))
                .isInstanceOf(Earlier.OtherBytes.class);
        var second = bank.request(transfer, terms(TWO_OF_TREASURY));
        assertThat(second).isNotEqualTo(first);
        assertThat(bank.sign(second, "bob")).isEqualTo(200);
        assertThat(bank.sign(second, "carol")).isEqualTo(200);
        var again = bank.spend(transfer, terms(TWO_OF_TREASURY));
        assertThat(again).isInstanceOf(Spending.Spent.class);
        assertThat(((Spending.Spent) again).receipt().jws()).isNotEqualTo(old.jws());
        assertThat(bank.outcome("t1", "executed")).isEqualTo(200);
        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Spent.class);
    }

    @Test
    void theBanksLateWordThatItWasExecutedTakesTheSecondTryBack() {
        var transfer = bank.transfer("t1", "10.00");
        bank.spend(transfer, terms());
        bank.outcome("t1", "unknown");
        assertThat(bank.resolve("t1", "not_executed")).isEqualTo(200);
        assertThat(bank.outcome("t1", "failed")).isEqualTo(409);
        assertThat(bank.outcome("t1", "executed")).isEqualTo(200);
        assertThat(bank.transactions.earlier(transfer, bank.now())).isInstanceOf(Earlier.Spent.class);
        assertThat(bank.spend(transfer, terms())).isEqualTo(new Spending.Over(false));
    }

    @Test
    void ofManyWhoResolveAtOnceOneIsHeardAndOnePermitFollows() throws Exception {
        var transfer = bank.transfer("t1", "10.00");
        bank.spend(transfer, terms());
        bank.outcome("t1", "unknown");
        var words = List.of("executed", "failed", "not_executed");
        var turn = new AtomicInteger();
        var answers = inParallel(60, () -> bank.resolve("t1", words.get(turn.getAndIncrement() % 3)));
        assertThat(answers).filteredOn(status -> status == 200).hasSize(1);
        assertThat(answers).filteredOn(status -> status != 200).containsOnly(409);
        assertThat(bank.evidenceOf("transaction.released") + bank.evidenceOf("transaction.resolved"))
                .isEqualTo(1);
        var tries = inParallel(60, () -> bank.spend(transfer, terms()));
        assertThat(tries).filteredOn(Spending.Spent.class::isInstance).hasSize((int)
                bank.evidenceOf("transaction.released"));
    }

    @Test
    void thePageIsDrawnFromTheSignedBytesAndEscaped() {
        var request = bank.request(bank.transfer("t1", "250000.00"), terms(TWO_OF_TREASURY));
        var page = bank.get("/approvals/" + request, "bob").body();
        assertThat(page)
                .contains("250,000.00 EUR", "FR14 2004 1010", "ACME &lt;b&gt;GmbH", "203.0.113.7", "id=\"sign\"")
                .contains(bank.transfer("t1", "250000.00").hash().hex())
                .doesNotContain("<b>GmbH");
        assertThat(bank.get("/approvals", "carol").body()).contains("/approvals/" + request);
        assertThat(bank.get("/approvals/" + request, "alice").body())
                .doesNotContain("id=\"sign\"")
                .contains("not-me");
    }

    @Test
    void whatIsWrongIsNamed() {
        for (var amount : List.of("1e3", "-1", "NaN", "01", "1.", "1.00001", "+1", "922337203685477.5808", "", " 1")) {
            assertThat(pointer(payment("t1", amount))).as(amount).isEqualTo("/context/transaction/details/amount");
        }
        assertThat(pointer(payment("t1", "1").replace("\"1\"", "1"))).endsWith("/details/amount");
        assertThat(pointer(payment("t1", "1").replace("EUR", "XYZ"))).endsWith("/details/currency");
        assertThat(pointer(payment("t1", "1").replace("\"iban\"", "\"bic\""))).contains("/details/payee/");
        assertThat(pointer(payment("t1", "1").replace("Invoice", "\u202Eecniovni")))
                .endsWith("/details/reference");
        assertThat(pointer(payment("t1", "1").replace("Invoice", "x".repeat(141))))
                .endsWith("/details/reference");
        assertThat(pointer(payment("t1", "1").replace("\"payment\"", "\"gift\"")))
                .endsWith("/type");
        assertThat(pointer(payment("a b", "1"))).endsWith("/transaction/id");
    }

    private String pointer(String json) {
        var thrown = new ArrayList<Problem>();
        assertThatThrownBy(() -> bank.transaction("alice", "t1", json))
                .isInstanceOfSatisfying(Problem.class, thrown::add);
        assertThat(thrown.getFirst().status()).isEqualTo(400);
        return String.valueOf(thrown.getFirst().extensions().get("pointer"));
    }

    private static <T> List<T> inParallel(int count, Callable<T> work) throws Exception {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(64)) {
            var futures = new ArrayList<Future<T>>();
            for (var i = 0; i < count; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            start.countDown();
            var results = new ArrayList<T>();
            for (var future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
