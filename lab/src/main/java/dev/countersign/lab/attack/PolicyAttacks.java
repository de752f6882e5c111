package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** The world changes between approval and spending. */
final class PolicyAttacks {
    /** A payment that is approved but not sent; two such amounts fit the account. */
    private static final String LARGE = "250000.00";

    /** As many failed proofs as put a session under attack by the demo's policies. */
    private static final int SIGNALS = 25;

    private static final String STRICTER = """
            @id("no-large-transfers-today")
            @text("Large transfers are closed")
            forbid (principal, action == Action::"transfer", resource)
            when { context has transaction && context.transaction.amount.greaterThanOrEqual(decimal("200000.00")) };
            """;

    private PolicyAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S25",
                        "Policy changes or risk rises between approval and spending",
                        PolicyAttacks::changesInBetween),
                new Attack(
                        "S25-SESSION",
                        "The session that asked ends between approval and spending",
                        PolicyAttacks::sessionEndsInBetween));
    }

    private static Finding sessionEndsInBetween(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        payments.approve("before-0001", LARGE);
        var notes = new Notes()
                .honest(
                        "while the session lives",
                        Payments.executed(payments.send(Payments.body("before-0001", LARGE, "EUR", "ACME GmbH"))));
        payments.approve("ended-0001", LARGE);
        var bank = new Asking(stage);
        var question = Payments.question("ended-0001", LARGE, "EUR", "ACME GmbH");
        var uri = stage.bank().resolve("/api/elsewhere");
        var token = payments.alice.accessToken();
        var proof = Thief.intercepted(payments.alice, "GET", uri);
        payments.alice.logout();
        var same = bank.ask(token, "DPoP", proof, "GET", uri, question);
        notes.attempt("its token", !bank.permitted(same), "token: " + bank.code(same));
        var cancelled = stage.showsKind("access_request.cancelled");
        var again = stage.returning(Cast.ALICE);
        again.call("GET", stage.bank().resolve("/api/accounts"), "");
        var other = bank.ask(again, question);
        notes.attempt("another session of hers", cancelled && !bank.permitted(other), "anew: " + bank.code(other));
        return notes.finding(cancelled);
    }

    private static Finding changesInBetween(Stage stage) throws IOException, InterruptedException {
        var payments = new Payments(stage);
        payments.approve("policy-0001", LARGE);
        var stricter = stage.policies().resolve("stricter.cedar");
        Files.writeString(stricter, STRICTER);
        var live = changes(stage, 1);
        var refused = payments.send(Payments.body("policy-0001", LARGE, "EUR", "ACME GmbH"));
        var notes = new Notes()
                .attempt(
                        "policy changed",
                        live && Thief.refused(refused, "forbidden"),
                        "policy: " + Thief.code(refused));
        Files.delete(stricter);
        notes.honest("the old policy is live again", changes(stage, 2));
        notes.honest(
                "the same transfer under the policy it was approved under",
                Payments.executed(payments.send(Payments.body("policy-0001", LARGE, "EUR", "ACME GmbH"))));

        payments.approve("signals-0001", LARGE);
        var thief = new Thief(stage);
        for (var i = 0; i < SIGNALS; i++) {
            thief.read("Bearer", payments.alice.accessToken(), null);
        }
        stage.pass(Duration.ofSeconds(61)); // what was only counted is written with the next one
        thief.read("Bearer", payments.alice.accessToken(), null);
        var underAttack = payments.send(Payments.body("signals-0001", LARGE, "EUR", "ACME GmbH"));
        notes.attempt("signals rose", Thief.refused(underAttack, "forbidden"), "signals: " + Thief.code(underAttack));
        return notes.finding(stage.showsRefusal("forbidden"));
    }

    private static boolean changes(Stage stage, int count) throws InterruptedException {
        for (var i = 0; i < 100 && stage.evidenceOf("policy.changed").size() < count; i++) {
            Thread.sleep(50);
        }
        return stage.evidenceOf("policy.changed").size() >= count;
    }
}
