package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Approvals stretched beyond what was approved. */
final class TransactionAttacks {
    private static final String LARGE = "250000.00";
    private static final int PARALLEL = 1_000;

    private TransactionAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S21", "Amount, payee or currency changed after approval", TransactionAttacks::changed),
                new Attack("S22", "A approved, B executed", TransactionAttacks::another),
                new Attack("S23", "Approval spent twice", TransactionAttacks::twice),
                new Attack("S24", "1,000 parallel spends of one approved transaction", TransactionAttacks::inParallel),
                new Attack("S26", "Self-approval", TransactionAttacks::self),
                new Attack("S27", "Approval by the requester's second account", TransactionAttacks::secondAccount),
                new Attack(
                        "S31", "Numbers in other spellings, members missing or twice", TransactionAttacks::spellings));
    }

    private static Finding changed(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        payments.approve("changed-0001", LARGE);
        var notes = new Notes();
        for (var question : List.of(
                Payments.question("changed-0001", "250000.01", "EUR", "ACME GmbH"),
                Payments.question("changed-0001", LARGE, "USD", "ACME GmbH"),
                Payments.question("changed-0001", LARGE, "EUR", "Mallory GmbH"))) {
            var answer = bank.ask(payments.alice, question);
            notes.attempt("changed", refused(bank, answer), bank.code(answer));
        }
        var atTheBank = payments.send(Payments.body("changed-0001", "250000.01", "EUR", "ACME GmbH"));
        notes.attempt("at the bank", !Payments.executed(atTheBank), Thief.code(atTheBank));
        notes.honest(
                "what was approved",
                Payments.executed(payments.send(Payments.body("changed-0001", LARGE, "EUR", "ACME GmbH"))));
        return notes.finding(stage.showsRefusal("approval_required"));
    }

    private static boolean refused(Asking bank, Hop answer) {
        return bank.refused(answer, "approval_required") || bank.refused(answer, "transaction_mismatch");
    }

    private static Finding another(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        var request = payments.request("approved-0001", LARGE);
        payments.sign(request);
        var approval = approvalOf(stage, request);
        var notes = new Notes();
        for (var other : List.of(
                Payments.question("another-0001", LARGE, "EUR", "ACME GmbH"),
                Payments.question("another-0002", "50.00", "EUR", "ACME GmbH"))) {
            var answer = bank.ask(
                    payments.alice,
                    new Asking.Question(
                            other.subject(),
                            other.action(),
                            other.account(),
                            other.owner(),
                            other.transaction(),
                            approval));
            notes.attempt("another with this approval", refused(bank, answer), bank.code(answer));
        }
        notes.honest(
                "what was approved",
                Payments.executed(payments.send(Payments.body("approved-0001", LARGE, "EUR", "ACME GmbH"))));
        return notes.finding(stage.showsRefusal("approval_required") || stage.showsRefusal("transaction_mismatch"));
    }

    private static String approvalOf(Stage stage, String request) {
        var answer = new dev.countersign.lab.person.Browser()
                .send(
                        "GET",
                        URI.create(stage.issuer() + "/access/v1/requests/" + request),
                        Map.of("Authorization", "Bearer " + stage.apiKey()),
                        "");
        return answer.json().at("/result/approval/id").asString(request);
    }

    private static Finding twice(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        payments.approve("twice-0001", LARGE);
        var notes = new Notes()
                .honest(
                        "first time",
                        Payments.executed(payments.send(Payments.body("twice-0001", LARGE, "EUR", "ACME GmbH"))));
        var left = stage.books().balance(Asking.ACCOUNT);
        payments.send(Payments.body("twice-0001", LARGE, "EUR", "ACME GmbH"));
        notes.attempt(
                "the same again", left.compareTo(stage.books().balance(Asking.ACCOUNT)) == 0, "nothing executed twice");
        var renamed = bank.ask(payments.alice, Payments.question("twice-0002", LARGE, "EUR", "ACME GmbH"));
        notes.attempt("as another transaction", refused(bank, renamed), bank.code(renamed));
        // The bank reports its outcome off the customer's path.
        var reported = stage.showsKind("transaction.outcome");
        var spent = bank.ask(payments.alice, Payments.question("twice-0001", LARGE, "EUR", "ACME GmbH"));
        notes.attempt(
                "the executed one asked again", reported && bank.refused(spent, "already_spent"), bank.code(spent));
        return notes.finding(stage.showsRefusal("already_spent"));
    }

    private static Finding inParallel(Stage stage) throws Exception {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        payments.approve("parallel-0001", LARGE);
        var uri = stage.bank().resolve("/api/elsewhere");
        var question = Payments.question("parallel-0001", LARGE, "EUR", "ACME GmbH");
        payments.alice.call("GET", stage.bank().resolve("/api/accounts"), ""); // a nonce that outlives the making
        var requests = new ArrayList<HttpRequest>();
        for (var i = 0; i < PARALLEL; i++) {
            var proof = Thief.intercepted(payments.alice, "GET", uri);
            requests.add(bank.request(bank.body(payments.alice.accessToken(), "DPoP", proof, "GET", uri, question)));
        }
        var receipts = new HashSet<String>();
        var permits = 0;
        for (var decision : Asking.beside(requests)) {
            if (decision.path("decision").asBoolean(false)) {
                permits++;
                var receipt = decision.path("context").path("receipt").stringValue();
                receipts.add(Thief.claims(receipt).path("jti").stringValue());
            }
        }
        var recorded = stage.showsKind("approval.spent");
        var spent = stage.evidenceOf("approval.spent").size();
        return new Notes()
                .attempt(
                        "more than one receipt",
                        receipts.size() == 1 && spent == 2,
                        "one receipt, 2 approvals spent once")
                .honest("permitted once: " + permits, permits >= 1)
                .finding(recorded);
    }

    private static Finding self(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var bob = stage.customer(Cast.BOB);
        var carol = stage.person(Cast.CAROL);
        bob.stepUp("urn:countersign:acr:phr", 300);
        var waiting = bob.call(
                "POST",
                stage.bank().resolve("/api/transfers"),
                Payments.body("self-00001", "12000.00", "EUR", "Bob")
                        .replace(Asking.ACCOUNT, "DE02120300000000202051"));
        var request = waiting.json().path("request").path("id").stringValue();
        var notes = new Notes();
        for (var who : List.of(bob, alice)) {
            var options = who.post("/approvals/" + request + "/options", Map.of());
            notes.attempt(
                    "signs what is not theirs to sign",
                    options.status() == 403 || options.status() == 404,
                    options.json().path("detail").asString("" + options.status()));
        }
        notes.honest("another of treasury signs", carol.approve(request).isSuccess());
        return notes.finding(stage.shows(entry -> entry.kind().equals("session.signal")
                && "self_approval".equals(entry.members().get("signal"))));
    }

    private static Finding secondAccount(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var second = stage.visitor(Cast.ALICE_ADMIN);
        var request = payments.request("second-0001", LARGE);
        var notes = new Notes();
        var authenticator = second.post("/authenticators/options", Map.of());
        notes.attempt(
                "an authenticator without hers",
                authenticator.status() == 403,
                authenticator.json().path("detail").asString("" + authenticator.status()));
        var options = second.post("/approvals/" + request + "/options", Map.of());
        notes.attempt(
                "in treasury, but the requester",
                options.status() == 403 || options.status() == 404,
                options.json().path("detail").asString("" + options.status()));
        var signed = second.post("/approvals/" + request + "/sign", Map.of("response", Map.of()));
        notes.attempt("without asking for a challenge", signed.status() == 403 || signed.status() == 404, "refused");
        payments.sign(request);
        notes.honest(
                "two others of treasury",
                Payments.executed(payments.send(Payments.body("second-0001", LARGE, "EUR", "ACME GmbH"))));
        return notes.finding(stage.shows(entry -> entry.kind().equals("session.signal")
                && "self_approval".equals(entry.members().get("signal"))));
    }

    private static Finding spellings(Stage stage) {
        var payments = new Payments(stage);
        var bank = new Asking(stage);
        var table = new ArrayList<String>();
        for (var spelling : List.of(
                "1e3",
                "1E3",
                "-1",
                "-50.00",
                "+50.00",
                "NaN",
                "Infinity",
                "01",
                "050.00",
                "50.00000",
                "50.",
                ".5",
                "",
                " 50.00",
                "50,00",
                "1,000.00",
                "0x32",
                "٥٠.00",
                "922337203685477.5808")) {
            table.add("\"amount\":\"" + spelling + "\",\"currency\":\"EUR\"");
        }
        table.add("\"amount\":50.00,\"currency\":\"EUR\"");
        table.add("\"amount\":1e1,\"currency\":\"EUR\"");
        table.add("\"amount\":null,\"currency\":\"EUR\"");
        table.add("\"amount\":\"50.00\"");
        table.add("\"currency\":\"EUR\"");
        table.add("\"amount\":\"50.00\",\"amount\":\"999999.00\",\"currency\":\"EUR\"");
        table.add("\"amount\":\"50.00\",\"currency\":\"EUR\",\"amount_cents\":5000");
        table.add("\"amount\":\"50.00\",\"currency\":\"eur\"");
        var notes = new Notes();
        for (var i = 0; i < table.size(); i++) {
            var members = table.get(i);
            var question = Payments.question(Payments.transaction("spelled-0000" + i, members, "ACME GmbH"));
            var answer = bank.ask(payments.alice, question);
            notes.attempt(members, answer.status() == 400, bank.code(answer));
        }
        var honest = bank.ask(payments.alice, Payments.question("spelled-well-01", "50.00", "EUR", "ACME GmbH"));
        notes.honest("50.00", bank.permitted(honest));
        return notes.finding(false); // what cannot be read is refused before it is anybody's question
    }
}
