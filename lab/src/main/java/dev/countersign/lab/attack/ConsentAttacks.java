package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Consents counted that are nobody's, one person's twice, or no longer given. */
final class ConsentAttacks {
    private static final String LARGE = "250000.00";

    /** How long the bank's policy lets a consent stand, and a little more. */
    private static final Duration EXPIRED = Duration.ofMinutes(16);

    private static final Pattern SESSION = Pattern.compile("se_[A-Za-z0-9_-]{22}");

    private ConsentAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S28", "Quorum of one person with two devices", ConsentAttacks::twoDevices),
                new Attack("S29", "Expired or withdrawn approval counted", ConsentAttacks::noLongerGiven));
    }

    private static Finding twoDevices(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        var bob = payments.treasury.getFirst();
        var carol = payments.treasury.getLast();
        confirm(stage, bob);
        bob.registerAuthenticator(); // his second
        var elsewhere = stage.visitor(Cast.BOB);
        var request = payments.request("two-devices-1", LARGE);
        bob.approve(request);
        var notes = new Notes();
        for (var device : List.of(elsewhere, bob)) {
            var options = device.post("/approvals/" + request + "/options", Map.of());
            notes.attempt("the same person signs again", options.status() == 409, "not-signable");
        }
        var answer = bank.ask(payments.alice, Payments.question("two-devices-1", LARGE, "EUR", "ACME GmbH"));
        notes.attempt("one person counted as two", bank.refused(answer, "approval_required"), bank.code(answer));
        carol.approve(request);
        notes.honest("two people", executed(payments, "two-devices-1"));
        return notes.finding(stage.showsRefusal("approval_required"));
    }

    /** Steps up the session of his browser, which a further authenticator needs. */
    static void confirm(Stage stage, Visitor bob) {
        var page = bob.browse(stage.issuer().resolve("/step-up"), uri -> false).body();
        var session = SESSION.matcher(page);
        if (!session.find()) {
            throw new IllegalStateException("No session on the page of step-ups");
        }
        var options = bob.post("/step-up/options", Map.of("session", session.group()));
        var answer =
                bob.authenticator().authenticate(options.body(), stage.issuer().toString());
        bob.post(
                "/step-up",
                Map.of(
                        "session",
                        session.group(),
                        "response",
                        JsonMapper.shared().readTree(answer)));
    }

    private static Finding noLongerGiven(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        var notes = new Notes();
        var bob = payments.treasury.getFirst();
        var withdrawn = payments.request("withdrawn-0001", LARGE);
        payments.sign(withdrawn);
        var taken = bob.post("/approvals/" + withdrawn + "/withdraw", Map.of());
        var answer = bank.ask(payments.alice, Payments.question("withdrawn-0001", LARGE, "EUR", "ACME GmbH"));
        notes.attempt(
                "withdrawn",
                taken.isSuccess() && bank.refused(answer, "approval_required"),
                "withdrawn: " + bank.code(answer));
        bob.approve(withdrawn);
        notes.honest("signed again", executed(payments, "withdrawn-0001"));

        payments.approve("expired-00001", LARGE);
        stage.pass(EXPIRED);
        var later = alice(stage, payments.alice);
        var late = bank.ask(later, Payments.question("expired-00001", LARGE, "EUR", "ACME GmbH"));
        notes.attempt("expired", bank.refused(late, "approval_required"), "expired: " + bank.code(late));
        return notes.finding(stage.showsKind("approval.withdrawn") && stage.showsRefusal("approval_required"));
    }

    /** Her token is five minutes old: she gets another, and steps up again. */
    private static Visitor alice(Stage stage, Visitor alice) {
        alice.openBank(stage.bank());
        alice.stepUp("urn:countersign:acr:phr", 300);
        alice.call("GET", stage.bank().resolve("/api/accounts"), "");
        return alice;
    }

    private static boolean executed(Payments payments, String id) {
        Hop answer = payments.send(Payments.body(id, LARGE, "EUR", "ACME GmbH"));
        return Payments.executed(answer);
    }
}
