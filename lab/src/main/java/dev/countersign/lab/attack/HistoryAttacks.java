package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Asking.Question;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Limits that are kept for each transaction, and passed by all of them together. */
final class HistoryAttacks {
    /** One cent below what needs a step-up; ten of them are below what needs two people, eleven are not. */
    private static final String SMALL = "999.99";

    private static final int BELOW_THE_LIMIT = 10;
    private static final int AT_ONCE = 60;

    private HistoryAttacks() {}

    static List<Attack> all() {
        return List.of(new Attack("S32", "Many transfers just below the threshold", HistoryAttacks::manySmall));
    }

    private static Finding manySmall(Stage stage) throws Exception {
        var payments = new Payments(stage);
        payments.approve("signed-0001", "250000.00");
        var notes = new Notes()
                .honest(
                        "a large one that two have signed",
                        Payments.executed(
                                payments.send(Payments.body("signed-0001", "250000.00", "EUR", "ACME GmbH"))));
        var bank = new Asking(stage);
        var requests = new ArrayList<HttpRequest>();
        var sessions = List.of(stage.returning(Cast.ALICE), stage.returning(Cast.ALICE));
        sessions.forEach(session -> session.call("GET", stage.bank().resolve("/api/accounts"), ""));
        for (var i = 0; i < AT_ONCE; i++) {
            requests.add(request(stage, bank, sessions.get(i % sessions.size()), "at-once-" + i));
        }
        var permits = Asking.beside(requests).stream()
                .filter(answer -> answer.path("decision").asBoolean(false))
                .count();
        notes.attempt("more at once", permits <= BELOW_THE_LIMIT, permits + " of " + AT_ONCE + " at once permitted");
        notes.honest("as many as stay below it: " + permits, permits == BELOW_THE_LIMIT);
        for (var i = 0; i < 3; i++) {
            var later = bank.ask(sessions.getFirst(), Payments.question("later-000" + i, SMALL, "EUR", "ACME GmbH"));
            notes.attempt("one after the other", bank.refused(later, "approval_required"), bank.code(later));
        }
        stage.pass(Duration.ofHours(25));
        var tomorrow = fresh(stage, bank, Payments.question("tomorrow-0001", SMALL, "EUR", "ACME GmbH"));
        notes.honest("tomorrow: " + bank.code(tomorrow), bank.permitted(tomorrow));
        return notes.finding(stage.showsRefusal("approval_required"));
    }

    /** From a new session of alice's, with the nonce that it is told to use. */
    private static Hop fresh(Stage stage, Asking bank, Question question) {
        var alice = stage.returning(Cast.ALICE);
        var answer = bank.ask(alice, question);
        if (!bank.refused(answer, "use_dpop_nonce")) {
            return answer;
        }
        var uri = stage.bank().resolve("/api/elsewhere");
        var nonce = answer.json().path("context").path("dpop_nonce").stringValue();
        return bank.ask(alice.accessToken(), "DPoP", alice.proof("GET", uri, nonce), "GET", uri, question);
    }

    private static HttpRequest request(Stage stage, Asking bank, Visitor session, String id) {
        var uri = stage.bank().resolve("/api/elsewhere");
        var question = Payments.question(id, SMALL, "EUR", "ACME GmbH");
        var proof = Thief.intercepted(session, "GET", uri);
        return bank.request(bank.body(session.accessToken(), "DPoP", proof, "GET", uri, question));
    }
}
