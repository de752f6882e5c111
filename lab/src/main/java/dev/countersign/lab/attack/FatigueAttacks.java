package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Asking.Question;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Approvers worn down by many who take turns, and numbers guessed, moved or read by others than whoever asked. */
final class FatigueAttacks {
    private static final String PHR = "urn:countersign:acr:phr";
    private static final String LARGE = "250000.00";
    private static final String BOBS = "DE02120300000000202051";
    private static final String MALLORYS = "DE02100500000054540402";

    /** Requests that came to nothing, which anybody may make within an hour. */
    private static final int CAP = 20;

    /** A step-up that was given before the approval says nothing of it any more. */
    private static final Duration LATER = Duration.ofMinutes(1);

    private static final int NUMBERS = 1_000;

    /** Wrong numbers after which the method is closed to a person for a request. */
    private static final int WRONG = 3;

    private static final Pattern TOLD = Pattern.compile("class=\"number\">([0-9]{3})<");
    private static final Pattern SHOWN = Pattern.compile("data-display=\"([0-9a-f]{64})\" data-locale=\"([^\"]+)\"");

    private FatigueAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S16-MANY", "Approvers worn down by many requesters and sessions", FatigueAttacks::byTurns),
                new Attack(
                        "S16-NUMBER",
                        "Number guessed, read by others, used for another request",
                        FatigueAttacks::numbers));
    }

    /** Carol is asked by several who take turns, then all of treasury by one; whoever asks has stolen a session, not its owner. */
    private static Finding byTurns(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var alice = payments.alice;
        var bob = payments.treasury.getFirst();
        var carol = payments.treasury.getLast();
        var mallory = atTheBank(stage, stage.customer(Cast.MALLORY));
        bob.openBank(stage.bank());
        atTheBank(stage, bob);
        var notes = new Notes();

        carol.deny(ask(stage, alice, Asking.ACCOUNT, "turns-0001"), "No");
        alice.openBank(stage.bank()); // another session of hers
        atTheBank(stage, alice);
        carol.deny(ask(stage, alice, Asking.ACCOUNT, "turns-0002"), "No");
        carol.deny(ask(stage, mallory, MALLORYS, "turns-0003"), "No");
        carol.deny(ask(stage, mallory, MALLORYS, "turns-0004"), "No");
        carol.deny(ask(stage, bob, BOBS, "turns-0005"), "No");
        var tired = ask(stage, bob, BOBS, "turns-0006");
        carol.approve(tired);
        stage.member("dora", "treasury").approve(tired);
        stage.pass(LATER);
        var byMany = send(stage, bob, BOBS, "turns-0006");
        notes.attempt(
                "approved by whom many asked by turns",
                Thief.refused(byMany, "step_up_required"),
                "by turns: " + Thief.code(byMany));
        bob.stepUp(PHR, 10);
        var bank = new Asking(stage);
        var confirmed = bank.ask(
                bob,
                new Question(
                        "bob",
                        "transfer",
                        BOBS,
                        "bob",
                        Payments.transaction("turns-0006", "\"amount\":\"12000.00\",\"currency\":\"EUR\"", "ACME GmbH"),
                        null));
        notes.honest("its owner confirms that it was them: " + bank.code(confirmed), bank.permitted(confirmed));

        bob.deny(payments.request("tired-0001", LARGE), "No");
        var last = payments.request("tired-0002", LARGE);
        payments.sign(last);
        stage.pass(LATER);
        var answer = payments.send(Payments.body("tired-0002", LARGE, "EUR", "ACME GmbH"));
        notes.attempt(
                "asked until another approver gave in",
                Thief.refused(answer, "step_up_required"),
                "after refusals: " + Thief.code(answer));
        alice.stepUp(PHR, 10);
        var hers = bank.ask(alice, Payments.question("tired-0002", LARGE, "EUR", "ACME GmbH"));
        notes.honest("alice confirms that it was she: " + bank.code(hers), bank.permitted(hers));
        capOverSessions(stage, payments, notes);
        return notes.finding(stage.shows(entry -> entry.kind().equals("risk.reported")
                && "countersign/approved_after_refusals".equals(entry.members().get("source"))));
    }

    private static void capOverSessions(Stage stage, Payments payments, Notes notes) {
        var asked = 3; // before
        for (var i = 0; i < 2 * CAP; i++) {
            if (i == CAP / 2) {
                payments.alice.openBank(stage.bank());
                atTheBank(stage, payments.alice);
            }
            var answer = payments.send(Payments.body("sessions-" + (100 + i), LARGE, "EUR", "ACME GmbH"));
            if (answer.status() == 202) {
                asked++;
                var request = answer.json().path("request").path("id").asString("");
                payments.alice.post("/approvals/" + request + "/withdraw", Map.of());
            }
        }
        notes.attempt(
                "another session for more prompts", asked <= CAP, asked + " prompts from three sessions, then refused");
        notes.honest("as many as anybody may: " + asked, asked == CAP);
    }

    private static Visitor atTheBank(Stage stage, Visitor person) {
        person.stepUp(PHR, 300);
        person.call("GET", stage.bank().resolve("/api/accounts"), "");
        return person;
    }

    private static Hop send(Stage stage, Visitor person, String account, String id) {
        return person.call(
                "POST",
                stage.bank().resolve("/api/transfers"),
                Payments.body(id, "12000.00", "EUR", "ACME GmbH").replace(Asking.ACCOUNT, account));
    }

    private static String ask(Stage stage, Visitor person, String account, String id) {
        var waiting = send(stage, person, account, id);
        if (waiting.status() != 202) {
            throw new IllegalStateException("Nothing was to be approved: " + waiting.body());
        }
        return waiting.json().path("request").path("id").stringValue();
    }

    /** Dora of treasury has no authenticator, and policy lets a number count. */
    private static Finding numbers(Stage stage) throws IOException, InterruptedException {
        var policies = stage.policies().resolve("transfers.cedar");
        Files.writeString(
                policies,
                Files.readString(policies).replace("@quorum(\"2\")", "@quorum(\"1\") @methods(\"webauthn, number\")"));
        var notes = new Notes().honest("a number counts", stage.showsKind("policy.changed"));
        var payments = new Payments(stage);
        var dora = stage.visitor();
        dora.login("dora", Map.of("groups", List.of("treasury")));

        var guessed = payments.request("guessed-0001", LARGE);
        guessAll(dora, payments.alice, guessed, notes);
        closed(dora, payments.alice, guessed, notes);

        var one = payments.request("numbers-0001", LARGE);
        var two = payments.request("numbers-0002", LARGE);
        var nonce = begin(dora, one);
        var number = told(payments.alice, one);
        seenByOthers(stage, payments, dora, one, number, notes);
        begin(dora, two);
        notes.attempt("for another request", answer(dora, two, nonce, number).status() == 409, "for its request alone");
        var second = begin(dora, two);
        notes.attempt(
                "the number of another request",
                another(payments.alice, two, number)
                        && answer(dora, two, second, number).status() == 403,
                "another number for each");
        notes.honest(
                "the number where it belongs", answer(dora, one, nonce, number).isSuccess());
        notes.attempt("a second time", answer(dora, one, nonce, number).status() == 409, "taken once");
        notes.honest(
                "the transfer that alice and dora talked about",
                Payments.executed(payments.send(Payments.body("numbers-0001", LARGE, "EUR", "ACME GmbH"))));
        return notes.finding(stage.showsKind("approval.refused"));
    }

    /** By chance, once in a thousand, both requests have the same number: then there is nothing to refuse. */
    private static boolean another(Visitor alice, String request, String number) {
        return !told(alice, request).equals(number);
    }

    /** Every number there is, the right one last. */
    private static void guessAll(Visitor dora, Visitor alice, String request, Notes notes) {
        var nonce = begin(dora, request);
        var right = Integer.parseInt(told(alice, request));
        var looked = 0;
        for (var i = 1; i <= NUMBERS; i++) {
            var guess = String.format(Locale.ROOT, "%03d", (right + i) % NUMBERS);
            looked += answer(dora, request, nonce, guess).status() == 409 ? 0 : 1;
        }
        notes.attempt("all " + NUMBERS + " numbers", looked == 1, "of " + NUMBERS + " guesses one is looked at");
    }

    private static void closed(Visitor dora, Visitor alice, String request, Notes notes) {
        for (var wrong = 1; wrong < WRONG; wrong++) {
            var nonce = begin(dora, request);
            var right = Integer.parseInt(told(alice, request));
            answer(dora, request, nonce, String.format(Locale.ROOT, "%03d", (right + 1) % NUMBERS));
        }
        var again = dora.post("/approvals/" + request + "/number", Map.of());
        notes.attempt("a fourth number", again.status() == 409, "closed after " + WRONG + " wrong ones");
    }

    private static void seenByOthers(
            Stage stage, Payments payments, Visitor dora, String request, String number, Notes notes) {
        var bob = payments.treasury.getFirst();
        notes.attempt(
                "on the approver's page", !TOLD.matcher(page(dora, request)).find(), "shown to the requester alone");
        notes.attempt(
                "on another approver's page", !TOLD.matcher(page(bob, request)).find(), "shown to the requester alone");
        var mallory = stage.visitor(Cast.MALLORY);
        notes.attempt("to a stranger", !page(mallory, request).contains(number), "shown to the requester alone");
        var asBank = payments.alice
                .browser()
                .send(
                        "GET",
                        stage.issuer().resolve("/access/v1/requests/" + request),
                        Map.of("Authorization", "Bearer " + stage.apiKey()),
                        "");
        notes.attempt(
                "to the bank",
                asBank.isSuccess() && !asBank.body().contains('"' + number + '"'),
                "no enforcement point is told");
        var byToken = payments.alice.call("GET", stage.issuer().resolve("/api/approvals/" + request), "");
        notes.attempt("to whoever has the bank's token", !byToken.isSuccess(), "no program is told");
    }

    private static String begin(Visitor approver, String request) {
        var shown = SHOWN.matcher(page(approver, request));
        Map<String, String> said =
                shown.find() ? Map.of("display", shown.group(1), "locale", shown.group(2)) : Map.of();
        var asked = approver.post("/approvals/" + request + "/number", said);
        if (!asked.isSuccess()) {
            throw new IllegalStateException("No number: " + asked.body());
        }
        return asked.json().path("nonce").stringValue();
    }

    private static Hop answer(Visitor approver, String request, String nonce, String number) {
        return approver.post("/approvals/" + request + "/number/answer", Map.of("nonce", nonce, "number", number));
    }

    private static String told(Visitor alice, String request) {
        var told = TOLD.matcher(page(alice, request));
        if (!told.find()) {
            throw new IllegalStateException("The requester's page shows no number");
        }
        return told.group(1);
    }

    private static String page(Visitor person, String request) {
        return person.browse(person.at("/approvals/" + request), uri -> false).body();
    }
}
