package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.json;
import static dev.countersign.transaction.BankDeployment.need;
import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.SigningMethod;
import dev.countersign.store.Database.Engine;
import dev.countersign.transaction.Transactions.Spending;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Consent with a number that only the requester's page shows. Bob has no authenticator. */
@ParameterizedClass
@EnumSource(Engine.class)
final class NumberMatchingTest {
    private static final ApprovalNeed ONE = new ApprovalNeed(
            "number",
            1,
            "treasury",
            Duration.ofMinutes(15),
            true,
            Set.of(SigningMethod.WEBAUTHN, SigningMethod.NUMBER),
            null);

    private static final Pattern SHOWN = Pattern.compile("class=\"number\">([0-9]{3})<");

    private final BankDeployment bank;

    NumberMatchingTest(Engine engine) {
        bank = new BankDeployment(engine);
    }

    @BeforeEach
    void bobHasNone() {
        bank.withoutAuthenticator.add("bob");
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private String request(String id) {
        return bank.request(bank.transfer(id, "250000.00"), terms(ONE));
    }

    /** A new number for that person; what names it. */
    private String ask(String request, String person) {
        var answer = bank.post("/approvals/" + request + "/number", person, "{}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).propertyNames()).containsExactly("nonce");
        return json(answer).path("nonce").asString();
    }

    private String page(String request, String person) {
        return bank.get("/approvals/" + request, person).body();
    }

    /** The only number that alice's page shows. */
    private String told(String request) {
        var numbers = numbers(request);
        assertThat(numbers).hasSize(1);
        return numbers.getFirst();
    }

    private List<String> numbers(String request) {
        return SHOWN.matcher(page(request, "alice"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private HttpResponse<String> answer(String request, String person, String nonce, String number) {
        return bank.post(
                "/approvals/" + request + "/number/answer",
                person,
                "{\"nonce\":\"" + nonce + "\",\"number\":\"" + number + "\"}");
    }

    private static String another(String number) {
        return number.equals("123") ? "124" : "123";
    }

    @Test
    void theNumberThatTheRequesterTellsIsConsentThatIsSpentOnce() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = request("t1");
        assertThat(page(request, "bob")).contains("id=\"number\"").doesNotContain("id=\"sign\"");
        var nonce = ask(request, "bob");
        assertThat(answer(request, "bob", nonce, told(request)).statusCode()).isEqualTo(200);
        assertThat(bank.status(request)).isEqualTo("approved");
        assertThat(numbers(request)).isEmpty();
        assertThat(bank.spend(transfer, terms(ONE))).isInstanceOf(Spending.Spent.class);
        assertThat(bank.spend(transfer, terms(ONE))).isInstanceOf(Spending.AlreadySpent.class);
        assertThat(bank.evidenceOf("approval.spent")).isEqualTo(1);
    }

    @Test
    void itIsNoSignatureAndCountsWherePolicySaysSo() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = request("t1");
        answer(request, "bob", ask(request, "bob"), told(request));
        var signatures = need(1, "treasury", true);
        assertThat(bank.spend(transfer, terms(signatures))).isEqualTo(new Spending.NotEnough(signatures, 0));
        var other = bank.request(bank.transfer("t2", "250000.00"), terms(signatures));
        assertThat(page(other, "bob")).doesNotContain("id=\"number\"");
        assertThat(bank.post("/approvals/" + other + "/number", "bob", "{}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void itIsNotForThoseWhoCanSignNorForTheRequesterNorForStrangers() {
        var request = request("t1");
        assertThat(page(request, "carol")).contains("id=\"sign\"").doesNotContain("id=\"number\"");
        assertThat(bank.post("/approvals/" + request + "/number", "carol", "{}").statusCode())
                .isEqualTo(403);
        bank.withoutAuthenticator.addAll(List.of("alice", "mallory", "edgar"));
        assertThat(bank.post("/approvals/" + request + "/number", "alice", "{}").statusCode())
                .isEqualTo(403);
        assertThat(bank.post("/approvals/" + request + "/number", "mallory", "{}")
                        .statusCode())
                .isEqualTo(404);
        var own = new ApprovalNeed(
                "own", 1, "treasury", Duration.ofMinutes(15), false, Set.of(SigningMethod.NUMBER), null);
        var bobs = bank.request(bank.transaction("bob", "t2", BankDeployment.payment("t2", "250000.00")), terms(own));
        assertThat(bank.post("/approvals/" + bobs + "/number", "bob", "{}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void nobodyButTheRequesterSeesIt() {
        bank.withoutAuthenticator.add("dora");
        var request = request("t1");
        ask(request, "bob");
        var number = told(request);
        ask(request, "dora");
        assertThat(numbers(request)).hasSize(2);
        for (var person : List.of("bob", "carol", "dora")) {
            assertThat(SHOWN.matcher(page(request, person)).find()).isFalse();
        }
        assertThat(bank.get("/access/v1/requests/" + request, "bank").body()).doesNotContain('"' + number + '"');
        assertThat(page(request, "mallory")).doesNotContain("class=\"number\"");
    }

    @Test
    void aWrongNumberIsASignalAndThreeCloseIt() {
        var request = request("t1");
        for (var i = 0; i < NumberMatching.MAX_WRONG; i++) {
            var nonce = ask(request, "bob");
            var number = told(request);
            assertThat(answer(request, "bob", nonce, another(number)).statusCode())
                    .isEqualTo(403);
            assertThat(answer(request, "bob", nonce, number).statusCode()).isEqualTo(409);
            assertThat(numbers(request)).isEmpty();
        }
        assertThat(bank.signalled)
                .containsExactly(
                        "wrong_number",
                        "number_not_matched",
                        "wrong_number",
                        "number_not_matched",
                        "wrong_number",
                        "number_not_matched");
        assertThat(bank.evidenceOf("approval.refused")).isEqualTo(NumberMatching.MAX_WRONG);
        assertThat(bank.post("/approvals/" + request + "/number", "bob", "{}").statusCode())
                .isEqualTo(409);
        assertThat(page(request, "bob")).doesNotContain("id=\"number\"");
        bank.aliases.put("dora", "bob"); // another account of bob's has no tries of its own
        bank.withoutAuthenticator.add("dora");
        assertThat(bank.post("/approvals/" + request + "/number", "dora", "{}").statusCode())
                .isEqualTo(409);
        assertThat(bank.sign(request, "carol")).isEqualTo(200);
    }

    @Test
    void wrongNumbersOfManyRequestsAddUp() {
        var wrong = 0;
        for (var i = 0; wrong < NumberMatching.MAX_WRONG_OF_PERSON; i++) {
            var request = request("t" + i);
            for (var j = 0; j < NumberMatching.MAX_WRONG && wrong < NumberMatching.MAX_WRONG_OF_PERSON; j++) {
                answer(request, "bob", ask(request, "bob"), another(told(request)));
                wrong++;
            }
        }
        var request = request("one-more");
        assertThat(bank.post("/approvals/" + request + "/number", "bob", "{}").statusCode())
                .isEqualTo(409);
        bank.pass(NumberMatching.WINDOW);
        var tomorrow = request("tomorrow");
        assertThat(answer(tomorrow, "bob", ask(tomorrow, "bob"), told(tomorrow)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void ofAllNumbersGuessedAtOnceOneIsLookedAt() throws Exception {
        var request = request("t1");
        var nonce = ask(request, "bob");
        var right = Integer.parseInt(told(request));
        var guesses = new ArrayList<Callable<Integer>>();
        for (var i = 1; i < NumberMatching.NUMBERS; i++) { // all but the right one, which by chance could be the first
            var guess = String.format("%03d", (right + i) % NumberMatching.NUMBERS);
            guesses.add(() -> answer(request, "bob", nonce, guess).statusCode());
        }
        var answers = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(50)) {
            for (var answer : threads.invokeAll(guesses)) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).filteredOn(status -> status == 403).hasSize(1);
        assertThat(answers).filteredOn(status -> status == 409).hasSize(NumberMatching.NUMBERS - 2);
        assertThat(answer(request, "bob", nonce, String.format("%03d", right)).statusCode())
                .isEqualTo(409);
    }

    @Test
    void aNumberServesOnceItsRequestItsChallengeAndItsTime() {
        var one = request("t1");
        var two = request("t2");
        var nonce = ask(one, "bob");
        var number = told(one);
        assertThat(answer(two, "bob", nonce, number).statusCode()).isEqualTo(409);
        assertThat(answer(one, "bob", nonce, "12").statusCode()).isEqualTo(400);
        bank.withoutAuthenticator.add("dora");
        assertThat(answer(one, "dora", nonce, number).statusCode()).isEqualTo(409);
        var newer = ask(one, "bob"); // another tab
        assertThat(answer(one, "bob", nonce, number).statusCode()).isEqualTo(409);
        var second = told(one);
        bank.pass(NumberMatching.LIFETIME);
        assertThat(numbers(one)).isEmpty();
        assertThat(answer(one, "bob", newer, second).statusCode()).isEqualTo(409);
        assertThat(answer(one, "bob", ask(one, "bob"), told(one)).statusCode()).isEqualTo(200);
        assertThat(bank.signalled).isEmpty();
    }

    @Test
    void anOutdatedPageGetsNoNumber() {
        var request = request("t1");
        var outdated = bank.post(
                "/approvals/" + request + "/number",
                "bob",
                "{\"display\":\"" + "0".repeat(64) + "\",\"locale\":\"en\"}");
        assertThat(outdated.statusCode()).isEqualTo(409);
        assertThat(numbers(request)).isEmpty();
        var page = page(request, "bob");
        var display = page.replaceAll("(?s).*data-display=\"([0-9a-f]{64})\".*", "$1");
        var asked = bank.post(
                "/approvals/" + request + "/number", "bob", "{\"display\":\"" + display + "\",\"locale\":\"en\"}");
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
        answer(request, "bob", json(asked).path("nonce").asString(), told(request));
        assertThat(bank.database.<String>read(handle -> handle.createQuery("select display from approval")
                        .mapTo(String.class)
                        .one()))
                .isEqualTo(display);
    }

    @Test
    void itIsTakenBackLikeASignature() {
        var transfer = bank.transfer("t1", "250000.00");
        var request = request("t1");
        answer(request, "bob", ask(request, "bob"), told(request));
        assertThat(bank.post("/approvals/" + request + "/withdraw", "bob", "{}").statusCode())
                .isEqualTo(200);
        assertThat(bank.spend(transfer, terms(ONE))).isEqualTo(new Spending.NotEnough(ONE, 0));
    }

    @Test
    void theProofSaysThatThereIsNoSignature() throws Exception {
        var request = request("t1");
        answer(request, "bob", ask(request, "bob"), told(request));
        bank.spend(bank.transfer("t1", "250000.00"), terms(ONE));
        var bundle = bank.get("/transactions/t1/bundle", "alice");
        for (var end = System.nanoTime() + 5_000_000_000L; bundle.statusCode() == 503 && System.nanoTime() < end; ) {
            Thread.sleep(100);
            bundle = bank.get("/transactions/t1/bundle", "alice");
        }
        assertThat(BundleCheck.verify(json(bundle), null))
                .allMatch(BundleCheck.Finding::holds)
                .extracting(BundleCheck.Finding::text)
                .contains("bob consented (number), which the log alone says: there is no signature to verify");
    }
}
