package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Asking.Question;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.net.URI;
import java.util.List;

/** Alice's large transfers at the bank, with bob and carol to sign them. */
final class Payments {
    private static final String PHR = "urn:countersign:acr:phr";

    final Visitor alice;
    private final Stage stage;
    /** Bob and carol. */
    final List<Visitor> treasury;

    Payments(Stage stage) {
        this.stage = stage;
        this.alice = stage.customer(Cast.ALICE);
        this.treasury = List.of(stage.person(Cast.BOB), stage.person(Cast.CAROL));
        alice.stepUp(PHR, 300);
        alice.call("GET", stage.bank().resolve("/api/accounts"), ""); // the page opens: it has a nonce from now on
    }

    URI transfers() {
        return stage.bank().resolve("/api/transfers");
    }

    Hop send(String body) {
        return alice.call("POST", transfers(), body);
    }

    /** Has bob and carol sign a transfer of alice's that is not executed yet. */
    void approve(String id, String amount) {
        sign(request(id, amount));
    }

    /** Sends a transfer that has to wait for approvals; the id of the request. */
    String request(String id, String amount) {
        var waiting = send(body(id, amount, "EUR", "ACME GmbH"));
        if (waiting.status() != 202) {
            throw new IllegalStateException("Nothing was to be approved: " + waiting.body());
        }
        return waiting.json().path("request").path("id").stringValue();
    }

    void sign(String request) {
        treasury.forEach(person -> person.approve(request));
    }

    static String body(String id, String amount, String currency, String payee) {
        return "{\"id\":\"" + id + "\",\"from\":\"" + Asking.ACCOUNT + "\",\"amount\":\"" + amount
                + "\",\"currency\":\"" + currency + "\"," + payee(payee) + "}";
    }

    /** The question that the bank asks about such a transfer. */
    static Question question(String id, String amount, String currency, String payee) {
        return question(transaction(id, "\"amount\":\"" + amount + "\",\"currency\":\"" + currency + "\"", payee));
    }

    static Question question(String transaction) {
        return new Question("alice", "transfer", Asking.ACCOUNT, "alice", transaction, null);
    }

    static String transaction(String id, String members, String payee) {
        return "{\"id\":\"" + id + "\",\"type\":\"payment\",\"details\":{" + members + "," + payee(payee) + "}}";
    }

    private static String payee(String name) {
        return "\"payee\":{\"name\":\"" + name
                + "\",\"iban\":\"FR1420041010050500013M02606\"},\"reference\":\"Invoice 1042\"";
    }

    static boolean executed(Hop answer) {
        return answer.status() == 200
                && answer.json().path("order").path("status").asString("").equals("executed");
    }
}
