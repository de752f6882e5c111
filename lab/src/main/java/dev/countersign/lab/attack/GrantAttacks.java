package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Asking.Question;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Refresh tokens used twice, step-ups that should have ended, narrow tokens that would be wide again. */
final class GrantAttacks {
    private static final String PHR = "urn:countersign:acr:phr";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /** Longer than a lost answer is given again. */
    private static final Duration AFTER_THE_RETRY = Duration.ofSeconds(11);

    private GrantAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S11", "Refresh token stolen and used again", GrantAttacks::refreshTokenReused),
                new Attack("S19", "Step-up reused after its max_age", GrantAttacks::stepUpReused),
                new Attack("S57", "Narrow token exchanged for, or used as, a wider one", GrantAttacks::widened));
    }

    private static Finding refreshTokenReused(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        var stolen = alice.refreshToken();
        var unused = refresh(stage, thief, stolen);
        var notes = new Notes()
                .attempt(
                        "unused, with the thief's key",
                        isError(unused, "invalid_grant"),
                        "token endpoint: invalid_grant");
        notes.honest("refresh", alice.refresh().isSuccess());
        notes.honest(
                "go on with the new token",
                alice.call("GET", thief.accounts(), "").isSuccess());
        var successor = alice.refreshToken();

        stage.pass(AFTER_THE_RETRY);
        var reused = refresh(stage, thief, stolen);
        notes.attempt("used before", isError(reused, "invalid_grant"), "token endpoint: invalid_grant");
        var after = alice.call("GET", thief.accounts(), "");
        notes.attempt("the access token of its session", after.status() == 401, Thief.code(after));
        notes.attempt(
                "the successor", isError(refresh(stage, thief, successor), "invalid_grant"), "the family has ended");
        alice.openBank(stage.bank());
        notes.honest("log in anew", alice.call("GET", thief.accounts(), "").isSuccess());
        return notes.finding(stage.shows(entry -> entry.kind().equals("session.signal")
                && "refresh_token_reused".equals(entry.members().get("signal"))));
    }

    private static Finding stepUpReused(Stage stage) throws InterruptedException {
        var alice = new Payments(stage).alice;
        var bank = new Asking(stage);
        var notes = new Notes().honest("transfer after a step-up", bank.permitted(ask(stage, alice, medium(1))));
        stage.pass(Duration.ofMinutes(4));
        alice.refresh();
        notes.honest("again within max_age", bank.permitted(ask(stage, alice, medium(2))));
        var raised = Thief.claims(alice.accessToken()).path("acr").asString("");
        stage.pass(Duration.ofSeconds(70));
        notes.attempt(
                "the token of the step-up, after max_age",
                raised.equals(PHR) && bank.refused(ask(stage, alice, medium(3)), "step_up_required"),
                "step_up_required");
        alice.refresh();
        notes.attempt(
                "a new token of the session",
                bank.refused(ask(stage, alice, medium(4)), "step_up_required"),
                "step_up_required");
        stage.pass(Duration.ofMinutes(11));
        alice.refresh();
        var acr = Thief.claims(alice.accessToken()).path("acr").asString("");
        notes.attempt("tokens say it 16 minutes later", !acr.equals(PHR), "acr is the login's again");
        alice.stepUp(PHR, 300);
        notes.honest("step up again", bank.permitted(ask(stage, alice, medium(5))));
        return notes.finding(stage.showsRefusal("step_up_required"));
    }

    private static Finding widened(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var alice = payments.alice;
        var bank = new Asking(stage);
        var whole = alice.accessToken();
        var thief = new Thief(stage);
        var stolen = exchange(whole, Map.of());
        var notes = new Notes()
                .attempt(
                        "stolen token exchanged with the thief's key",
                        isError(ask(stage, thief, stolen), "unauthorized_client"),
                        "token endpoint: unauthorized_client");

        var narrow = alice.askForToken(exchange(whole, Map.of("authorization_details", details("50.00"))));
        notes.honest("narrow the own token", narrow.isSuccess());
        var token = narrow.json().path("access_token").asString("");
        var wider = alice.askForToken(exchange(token, Map.of("authorization_details", details("51.00"))));
        notes.attempt(
                "exchanged for another transaction",
                isError(wider, "invalid_authorization_details"),
                "token endpoint: invalid_authorization_details");
        alice.hold(token);
        notes.attempt("another action", refused(bank, alice, Asking.READ), "transaction_mismatch");
        notes.attempt(
                "another amount",
                refused(bank, alice, Payments.question("S57-1", "51.00", "EUR", "ACME GmbH")),
                "transaction_mismatch");
        notes.attempt(
                "another payee",
                refused(bank, alice, Payments.question("S57-2", "50.00", "EUR", "Mallory Ltd")),
                "transaction_mismatch");
        notes.honest(
                "exactly this payment",
                bank.permitted(bank.ask(alice, Payments.question("S57-3", "50.00", "EUR", "ACME GmbH"))));

        var elsewhere = alice.askForToken(exchange(whole, Map.of("audience", "elsewhere")));
        alice.hold(elsewhere.json().path("access_token").asString(""));
        notes.attempt(
                "presented by whom it is not for",
                elsewhere.isSuccess() && bank.refused(bank.ask(alice, Asking.READ), "invalid_session"),
                "invalid_session");
        alice.hold(whole);
        notes.honest("the whole token", bank.permitted(bank.ask(alice, Asking.READ)));
        return notes.finding(stage.showsRefusal("transaction_mismatch"));
    }

    private static boolean refused(Asking bank, Visitor alice, Question question) {
        return bank.refused(bank.ask(alice, question), "transaction_mismatch");
    }

    /** Asks as the bank does, after the page has got a nonce of this time. */
    private static Hop ask(Stage stage, Visitor customer, Question question) {
        customer.call("GET", stage.bank().resolve("/api/accounts"), "");
        return new Asking(stage).ask(customer, question);
    }

    private static Question medium(int number) {
        return Payments.question("step-up-" + number, "2500.00", "EUR", "ACME GmbH");
    }

    private static String details(String amount) {
        return "[{\"type\":\"payment\",\"amount\":\"" + amount
                + "\",\"currency\":\"EUR\",\"payee\":{\"name\":\"ACME GmbH\",\"iban\":\"FR1420041010050500013M02606\"},"
                + "\"reference\":\"Invoice 1042\"}]";
    }

    private static Map<String, String> exchange(String token, Map<String, String> more) {
        var form = new LinkedHashMap<>(more);
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("client_id", "bank");
        form.put("subject_token", token);
        form.put("subject_token_type", ACCESS_TOKEN);
        return form;
    }

    private static Hop refresh(Stage stage, Thief thief, String token) {
        return ask(stage, thief, Map.of("grant_type", "refresh_token", "client_id", "bank", "refresh_token", token));
    }

    /** With a proof by the thief's own key. */
    private static Hop ask(Stage stage, Thief thief, Map<String, String> form) {
        var uri = stage.issuer().resolve("/oauth/token");
        var first = thief.form(uri, form, Map.of("DPoP", thief.key.proof("POST", uri, null, null)));
        var nonce = first.header("DPoP-Nonce").orElse("");
        return thief.form(uri, form, Map.of("DPoP", thief.key.proof("POST", uri, null, nonce)));
    }

    private static boolean isError(Hop answer, String error) {
        return answer.status() == 400
                && answer.json().path("error").asString("").equals(error);
    }
}
