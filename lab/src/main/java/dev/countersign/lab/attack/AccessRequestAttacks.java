package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Access requests of an enforcement point that is not what it was. */
final class AccessRequestAttacks {
    private static final String LARGE = "250000.00";
    private static final JsonMapper JSON = JsonMapper.shared();

    private AccessRequestAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S22-BULK", "Denials swapped between the items of one request", AccessRequestAttacks::swapped),
                new Attack("S52-CALLBACK", "Callbacks that point inside the network", AccessRequestAttacks::callbacks));
    }

    private static Finding callbacks(Stage stage) throws InterruptedException {
        var request = new Request(stage);
        var notes = new Notes();
        for (var endpoint : List.of(
                "http://169.254.169.254/latest/meta-data",
                "http://127.0.0.1:" + stage.issuer().getPort() + "/oauth/revoke",
                "https://bank@10.0.0.1/callbacks",
                "https://bank.example/callbacks",
                "file:///etc/passwd")) {
            var answer = request.submit(
                    request.single("callback-0001"),
                    body -> body.putObject("callback").put("endpoint", endpoint));
            notes.attempt(endpoint, answer.status() == 400, "only addresses of the settings");
        }
        notes.honest(
                "without one",
                request.submit(request.single("callback-0001"), body -> {}).status() == 202);
        return notes.finding(false); // nothing is recorded of what is not taken
    }

    private static Finding swapped(Stage stage) throws InterruptedException {
        var request = new Request(stage);
        var notes = new Notes();
        var swapped = request.submit(request.bulk("swapped-0001", "swapped-0002"), body -> {
            var items = body.get("items");
            var first = items.at("/0/denial");
            ((ObjectNode) items.get(0)).set("denial", items.at("/1/denial"));
            ((ObjectNode) items.get(1)).set("denial", first);
        });
        notes.attempt("swapped", swapped.status() == 400, code(swapped));
        var shared = request.submit(request.bulk("swapped-0001", "swapped-0002"), body -> {
            body.set("denial", body.at("/items/0/denial"));
            ((ObjectNode) body.at("/items/1")).remove("denial");
        });
        notes.attempt("one denial for both", shared.status() == 400, code(shared));
        var changed = request.submit(
                request.bulk("swapped-0001", "swapped-0002"),
                body -> ((ObjectNode) body.at("/context/transactions/1/details")).put("amount", "999999.00"));
        notes.attempt("another amount", changed.status() == 400, code(changed));
        notes.honest(
                "as they were refused",
                request.submit(request.bulk("swapped-0001", "swapped-0002"), body -> {})
                                .status()
                        == 202);
        return notes.finding(false);
    }

    private static String code(Hop answer) {
        var type = answer.json().path("type").asString("");
        return type.substring(type.lastIndexOf(':') + 1);
    }

    /** The bank's key, and what alice was refused. */
    private static final class Request {
        private final Stage stage;
        private final Payments payments;
        private final Asking bank;
        private final Browser wire = new Browser();

        Request(Stage stage) throws InterruptedException {
            this.stage = stage;
            this.payments = new Payments(stage);
            this.bank = new Asking(stage);
        }

        ObjectNode single(String id) {
            var body = subject();
            var item = item(id);
            body.setAll(item);
            body.putObject("context").set("transaction", transaction(id));
            return body;
        }

        ObjectNode bulk(String... ids) {
            var body = subject();
            var items = body.putArray("items");
            var transactions = body.putObject("context").putArray("transactions");
            for (var id : ids) {
                items.add(item(id));
                transactions.add(transaction(id));
            }
            return body;
        }

        Hop submit(ObjectNode body, Consumer<ObjectNode> change) {
            change.accept(body);
            return wire.send(
                    "POST",
                    URI.create(stage.issuer() + "/access/v1/requests"),
                    Map.of("Authorization", "Bearer " + stage.apiKey(), "Content-Type", "application/json"),
                    JSON.writeValueAsString(body));
        }

        private static ObjectNode subject() {
            var body = JSON.createObjectNode();
            body.putObject("subject").put("type", "User").put("id", "alice");
            return body;
        }

        private ObjectNode item(String id) {
            var refusal = bank.ask(payments.alice, Payments.question(id, LARGE, "EUR", "ACME GmbH"));
            var item = JSON.createObjectNode();
            item.putObject("action").put("name", "transfer");
            item.putObject("resource").put("type", "Account").put("id", Asking.ACCOUNT);
            item.putObject("denial")
                    .put(
                            "binding_token",
                            refusal.json()
                                    .at("/context/access_request/binding_token")
                                    .asString(""));
            return item;
        }

        private static ObjectNode transaction(String id) {
            var amount = "\"amount\":\"" + LARGE + "\",\"currency\":\"EUR\"";
            return (ObjectNode) JSON.readTree(Payments.transaction(id, amount, "ACME GmbH"));
        }
    }
}
