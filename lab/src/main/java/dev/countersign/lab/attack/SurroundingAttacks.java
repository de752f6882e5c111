package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Visitor;
import java.time.Duration;
import java.util.List;

/**
 * The thief has everything, token and key: every proof is good. Only the place is another one. The bank says from where it was
 * called.
 */
final class SurroundingAttacks {
    private static final String PHR = "urn:countersign:acr:phr";

    private SurroundingAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S13", "Session and its key used from two networks at once", SurroundingAttacks::twoNetworks),
                new Attack("S14", "Impossible travel within a session", SurroundingAttacks::impossibleTravel));
    }

    private static Finding twoNetworks(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        open(stage, alice);
        var home = new Asking(stage, AddressBooks.SWEDEN);
        var thief = new Asking(stage, AddressBooks.ELSEWHERE);
        var notes = new Notes()
                .honest("read at home", home.permitted(home.ask(alice, Asking.READ)))
                .honest("pay at home", home.permitted(home.ask(alice, payment("tx-home", "50.00"))));
        thief.ask(alice, Asking.READ);
        home.ask(alice, Asking.READ);
        var first = thief.ask(alice, payment("tx-thief", "50.00"));
        notes.attempt("the smallest payment", thief.refused(first, "step_up_required"), thief.code(first));

        alice.stepUp(PHR, 300);
        stage.pass(Duration.ofSeconds(15));
        var behind = thief.ask(alice, payment("tx-behind", "50.00"));
        notes.attempt("behind the owner's step-up", thief.refused(behind, "step_up_required"), thief.code(behind));

        alice.logout();
        alice.openBank(stage.bank());
        open(stage, alice);
        notes.honest("pay after a new login", home.permitted(home.ask(alice, payment("tx-again", "50.00"))));
        stage.pass(Duration.ofMinutes(20));
        alice.stepUp(PHR, 300);
        open(stage, alice);
        notes.honest("read on the way", thief.permitted(thief.ask(alice, Asking.READ)));
        notes.honest("pay on the way", thief.permitted(thief.ask(alice, payment("tx-moved", "50.00"))));
        return notes.finding(stage.showsKind("risk.changed") && stage.showsRefusal("step_up_required"));
    }

    private static Finding impossibleTravel(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        open(stage, alice);
        var home = new Asking(stage, AddressBooks.SWEDEN);
        var away = new Asking(stage, AddressBooks.AMERICA);
        var notes = new Notes().honest("pay at home", home.permitted(home.ask(alice, payment("tx-home", "50.00"))));
        stage.pass(Duration.ofMinutes(1));
        var far = away.ask(alice, payment("tx-far", "50.00"));
        notes.attempt("pay an ocean away", away.refused(far, "step_up_required"), away.code(far));

        home.ask(alice, Asking.READ);
        alice.stepUp(PHR, 300);
        var both = away.ask(alice, payment("tx-both", "50.00"));
        notes.attempt("with the owner acting at home", away.refused(both, "forbidden"), away.code(both));

        alice.logout();
        alice.openBank(stage.bank());
        open(stage, alice);
        notes.honest("pay at home after a new login", home.permitted(home.ask(alice, payment("tx-again", "50.00"))));
        alice.logout();
        stage.pass(Duration.ofHours(12));
        alice.openBank(stage.bank());
        open(stage, alice);
        away.ask(alice, Asking.READ);
        alice.stepUp(PHR, 300);
        notes.honest(
                "pay there half a day later, with a step-up",
                away.permitted(away.ask(alice, payment("tx-landed", "2500.00"))));
        return notes.finding(stage.showsKind("risk.changed") && stage.showsRefusal("forbidden"));
    }

    /** The page opens, seen at the loopback address: it has a nonce from now on. */
    private static void open(Stage stage, Visitor person) {
        person.call("GET", stage.bank().resolve("/api/accounts"), "");
    }

    private static Asking.Question payment(String id, String amount) {
        return Payments.question(id, amount, "EUR", "ACME GmbH");
    }
}
