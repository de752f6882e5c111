package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Pages that would show people something else than what they sign. */
final class DisplayAttacks {
    private static final String LARGE = "250000.00";
    private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>";

    /** As long as the schema of payments lets a reference be. */
    private static final String LONGEST = "Invoice " + "1234567890".repeat(13) + "42";

    private DisplayAttacks() {}

    static List<Attack> all() {
        return List.of(new Attack("S30", "A page shows something else than is signed", DisplayAttacks::shown));
    }

    private static Finding shown(Stage stage) {
        var payments = new Payments(stage);
        var notes = new Notes();
        deceivingText(stage, payments, notes);
        foreignDisplay(stage, payments, notes);
        markup(payments, notes);
        lookAlike(payments, notes);
        otherTemplate(payments, notes);
        return notes.finding(false); // what cannot be shown honestly is refused before it is anybody's question
    }

    private static void deceivingText(Stage stage, Payments payments, Notes notes) {
        var bank = new Asking(stage);
        var payees = List.of(
                "ACME \u202EHbmG", // reads backwards from there on
                "ACME \u2067GmbH\u2069",
                "AC\u200BME GmbH",
                "ACME\uFEFF GmbH",
                "ACME\u00AD GmbH",
                "\u0410CME GmbH", // Cyrillic A before Latin letters
                "ACM\u0395 GmbH", // Greek E
                "ACME\u00A0GmbH",
                "ACME" + " ".repeat(200) + "and others",
                "ACME\u0301\u0302\u0303\u0304\u0305\u0306 GmbH",
                "A".repeat(10_000));
        for (var i = 0; i < payees.size(); i++) {
            var answer = bank.ask(payments.alice, Payments.question("deceiving-" + i, LARGE, "EUR", payees.get(i)));
            notes.attempt("payee " + i, answer.status() == 400, bank.code(answer));
        }
    }

    /** The enforcement point sends along how it would like the transaction to be shown. */
    private static void foreignDisplay(Stage stage, Payments payments, Notes notes) {
        var bank = new Asking(stage);
        var honest = Payments.transaction(
                "displayed-0001", "\"amount\":\"" + LARGE + "\",\"currency\":\"EUR\"", "ACME GmbH");
        for (var member : List.of("\"display\":{\"title\":\"Small payment\"}", "\"title\":\"Small payment\"")) {
            for (var place : List.of("{\"id\"", "{\"amount\"")) {
                var sent = honest.replace(place, "{" + member + "," + place.substring(1));
                var answer = bank.ask(payments.alice, Payments.question(sent));
                notes.attempt("sends " + member, answer.status() == 400, bank.code(answer));
            }
        }
    }

    /** Markup is text, and what is long is shown to its end. */
    private static void markup(Payments payments, Notes notes) {
        var request = request(
                payments, Payments.body("markup-0001", LARGE, "EUR", SCRIPT).replace("Invoice 1042", LONGEST));
        var page = page(payments, request);
        notes.attempt(
                "markup in a payee",
                !page.contains("<script>alert")
                        && !page.contains("<img src=x")
                        && page.contains("&lt;script&gt;alert(1)"),
                "markup is text");
        notes.attempt("a field as long as it may be", page.contains(LONGEST), "shown to its end");
    }

    /** A name whole in another script is somebody's name: it is shown, and said to be of that script. */
    private static void lookAlike(Payments payments, Notes notes) {
        var request =
                request(payments, Payments.body("look-alike-0001", LARGE, "EUR", "\u0410\u0421\u041C\u0415 GmbH"));
        var page = page(payments, request);
        notes.attempt(
                "a payee in Cyrillic that looks like ACME",
                page.contains("looks like \u201CACME\u201D and is not") && page.contains("Letters of Cyrillic"),
                "look-alikes are marked");
    }

    /** A page that says it showed another template, or another language than there is, gets nothing to sign. */
    private static void otherTemplate(Payments payments, Notes notes) {
        var request = payments.request("template-0001", LARGE);
        var bob = payments.treasury.getFirst();
        for (var said :
                List.of(Map.of("display", "0".repeat(64), "locale", "en"), Map.of("display", "x", "locale", "xx"))) {
            var answer = bob.post("/approvals/" + request + "/options", said);
            notes.attempt("another template", answer.status() == 409, "the template is the type's");
        }
        var page = page(payments, request);
        notes.honest(
                "the page says what is signed",
                page.contains("250,000.00 EUR") && page.contains("ACME GmbH") && !page.contains("class=\"mark\""));
        payments.sign(request);
        notes.honest(
                "what was shown is executed",
                Payments.executed(payments.send(Payments.body("template-0001", LARGE, "EUR", "ACME GmbH"))));
    }

    private static String request(Payments payments, String body) {
        var waiting = payments.send(body);
        if (waiting.status() != 202) {
            throw new IllegalStateException("Nothing was to be approved: " + waiting.body());
        }
        return waiting.json().path("request").path("id").stringValue();
    }

    private static String page(Payments payments, String request) {
        var bob = payments.treasury.getFirst();
        return bob.browse(bob.at("/approvals/" + request), (URI uri) -> false).body();
    }
}
