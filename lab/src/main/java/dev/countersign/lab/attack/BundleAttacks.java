package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.person.Browser;
import dev.countersign.transaction.BundleCheck;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Somebody who shows the proof of a transaction to a court, and has worked on it. */
final class BundleAttacks {
    private static final String LARGE = "250000.00";

    /** A bundle is there once a checkpoint is: within a second. */
    private static final int TRIES = 50;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private BundleAttacks() {}

    static List<Attack> all() {
        return List.of(new Attack("S45-BUNDLE", "Proof of a transaction forged", BundleAttacks::forge));
    }

    private static Finding forge(Stage stage) throws Exception {
        var payments = new Payments(stage);
        var proof = executed(stage, payments, "proven-0001");
        var another = executed(stage, payments, "proven-0002");
        var key = stage.verifierKey();
        var notes = new Notes().honest("untouched: " + fault(proof, key), holds(proof, key));
        notes.honest("the other, untouched", holds(another, key));
        for (var member : proof.propertyNames()) {
            if (!proof.get(member).equals(another.get(member))) {
                var mixed = proof.deepCopy().set(member, another.get(member));
                notes.attempt(
                        member + " of another transaction", !holds(mixed, key), member + ": " + fault(mixed, key));
            }
        }
        var lacking = proof.deepCopy();
        ((ArrayNode) lacking.get("approvals")).remove(0);
        notes.attempt("one who signed left out", !holds(lacking, key), fault(lacking, key));
        try (var elsewhere = Stage.open()) {
            var foreign = executed(elsewhere, new Payments(elsewhere), "proven-0001");
            notes.honest("where it comes from", holds(foreign, elsewhere.verifierKey()));
            notes.attempt("a server of one's own", !holds(foreign, key), fault(foreign, key));
        }
        return notes.finding(stage.showsKind("approval.spent"));
    }

    private static ObjectNode executed(Stage stage, Payments payments, String id) throws InterruptedException {
        payments.approve(id, LARGE);
        payments.send(Payments.body(id, LARGE, "EUR", "ACME GmbH"));
        var uri = URI.create(stage.issuer() + "/transactions/" + id + "/bundle");
        for (var i = 0; i < TRIES; i++) {
            var answer = new Browser().send("GET", uri, Map.of("Authorization", "Bearer " + stage.apiKey()), "");
            if (answer.isSuccess()) {
                return (ObjectNode) answer.json();
            }
            Thread.sleep(PAUSE);
        }
        throw new IllegalStateException("There is no proof of " + id);
    }

    private static boolean holds(JsonNode bundle, String key) {
        return BundleCheck.verify(bundle, key).stream().allMatch(BundleCheck.Finding::holds);
    }

    /** What is wrong with it first, or nothing. */
    private static String fault(JsonNode bundle, String key) {
        return BundleCheck.verify(bundle, key).stream()
                .filter(finding -> !finding.holds())
                .findFirst()
                .map(BundleCheck.Finding::text)
                .orElse("holds");
    }
}
