package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Sessions that are put under somebody, proofs carried to another node, and what a thief keeps after "this was not me". */
final class TakeoverAttacks {
    private static final String COOKIE = "countersign";

    private TakeoverAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S07", "Session fixation: a cookie and a login of the attacker's", TakeoverAttacks::fixation),
                new Attack("S15", "Proof replayed on another node and after a restart", TakeoverAttacks::elsewhere),
                new Attack("S54", "Thief stays after \"this was not me\"", TakeoverAttacks::afterDisowning));
    }

    private static Finding fixation(Stage stage) throws InterruptedException {
        var notes = new Notes();
        var mallory = stage.person(Cast.MALLORY);
        var hers = mallory.browser().cookies(stage.issuer()).get(COOKIE);
        for (var planted : List.of("A".repeat(43), String.valueOf(hers))) {
            var alice = new Victim(stage);
            alice.visitor.browser().plant(stage.issuer(), COOKIE, planted);
            alice.logIn();
            var own = alice.visitor.browser().cookies(stage.issuer()).get(COOKIE);
            notes.attempt("the planted cookie is kept", !planted.equals(own), "a new cookie with each login");
            var attacker = new Thief(stage).browser;
            attacker.plant(stage.issuer(), COOKIE, planted);
            var page = attacker.send("GET", stage.issuer().resolve("/sessions"), Map.of("Accept", "text/html"), "");
            notes.attempt(
                    "the planted cookie is alice's session", !page.body().contains("alice"), "cookie worth nothing");
            notes.honest("alice is in", alice.reads());
        }
        // The attacker begins a login, and has the victim's browser finish it.
        var begun = new Visitor(stage.issuer(), stage.clock(), new java.security.SecureRandom());
        begun.become(Cast.MALLORY.username(), Cast.MALLORY.claims());
        var callback = begun.browse(
                stage.issuer().resolve("/login?return_to=%2Fsessions"),
                uri -> uri.getPath().equals("/login/callback"));
        var alice = new Victim(stage);
        alice.logIn();
        var finished = alice.visitor
                .browser()
                .send("GET", callback.location().orElseThrow(), Map.of("Accept", "text/html"), "");
        notes.attempt(
                "a login begun in another browser is finished here",
                finished.status() == 400,
                "login bound to its browser");
        notes.honest("alice is still alice", alice.reads());
        return notes.finding(stage.showsKind("session.ended"));
    }

    private static Finding elsewhere(Stage stage) throws Exception {
        try (var postgres = EmbeddedPostgres.builder().start()) {
            stage.onDatabase(postgres.getJdbcUrl("postgres", "postgres"));
            try (var second = stage.secondNode()) {
                var alice = stage.customer(Cast.ALICE);
                var uri = stage.bank().resolve("/api/elsewhere");
                var here = new Asking(stage);
                var there = new Asking(stage, second.address());
                alice.call("GET", stage.bank().resolve("/api/accounts"), "");
                var notes = new Notes();
                var used = Thief.intercepted(alice, "GET", uri);
                notes.honest("used once", here.permitted(ask(here, alice, used, uri)));
                var replayed = ask(there, alice, used, uri);
                notes.attempt("on the other node", isReplayRefused(there, replayed), there.code(replayed));
                var nonce = replayed.json().path("context").path("dpop_nonce").asString("");
                notes.honest(
                        "a proof of her own for that node",
                        there.permitted(ask(there, alice, alice.proof("GET", uri, nonce), uri)));

                stage.stopCountersign();
                stage.startCountersign();
                var afterwards = ask(here, alice, used, uri);
                notes.attempt("after a restart", isReplayRefused(here, afterwards), here.code(afterwards));
                notes.honest(
                        "she goes on after the restart",
                        alice.call("GET", stage.bank().resolve("/api/accounts"), "")
                                .isSuccess());
                return notes.finding(stage.showsRefusal("use_dpop_nonce") || stage.showsRefusal("replayed_proof"));
            } finally {
                stage.stopCountersign(); // before its database
            }
        }
    }

    private static boolean isReplayRefused(Asking bank, Hop answer) {
        return bank.refused(answer, "replayed_proof") || bank.refused(answer, "use_dpop_nonce");
    }

    private static Hop ask(Asking bank, Visitor customer, String proof, URI uri) {
        return bank.ask(customer.accessToken(), "DPoP", proof, "GET", uri, Asking.READ);
    }

    private static Finding afterDisowning(Stage stage) throws InterruptedException, IOException {
        var alice = stage.customer(Cast.ALICE);
        var accounts = stage.bank().resolve("/api/accounts");
        var notes = new Notes().honest("read", alice.call("GET", accounts, "").isSuccess());
        var thief = new Thief(stage);
        alice.browser()
                .cookies(stage.issuer())
                .forEach((name, value) -> thief.browser.plant(stage.issuer(), name, value));
        alice.post("/sessions/not-me", Map.of());
        var page = thief.browser.send("GET", stage.issuer().resolve("/sessions"), Map.of("Accept", "text/html"), "");
        notes.attempt("the stolen cookie", page.location().isPresent(), "its session ended");
        var token = alice.call("GET", accounts, "");
        notes.attempt("the application's token", Thief.refused(token, "session_ended"), Thief.code(token));

        Thread.sleep(1_100); // identity providers count in seconds
        var withPassword = stage.visitor(Cast.ALICE);
        var own = withPassword.post("/authenticators/options", Map.of());
        notes.attempt("the password adds a key", own.status() == 403, "authenticators wait");

        alice.login(Cast.ALICE.username(), Cast.ALICE.claims());
        alice.openBank(stage.bank());
        notes.honest("back in", alice.call("GET", accounts, "").isSuccess());
        var sid = Thief.claims(alice.accessToken()).path("sid").stringValue();
        var old = alice.post("/step-up/options", Map.of("session", sid));
        notes.attempt("the old authenticator steps up", old.status() == 409, "authenticators wait");
        notes.honest("registered again with its own signature", alice.registerAgain());
        notes.honest(
                "step up",
                alice.post("/step-up/options", Map.of("session", sid)).isSuccess());
        return notes.finding(stage.showsKind("person.disowned_sessions"));
    }

    /** Alice at a browser in which somebody has been before. */
    private static final class Victim {
        final Visitor visitor;

        Victim(Stage stage) {
            visitor = new Visitor(stage.issuer(), stage.clock(), new java.security.SecureRandom());
        }

        void logIn() {
            visitor.login(Cast.ALICE.username(), Cast.ALICE.claims());
        }

        boolean reads() {
            return visitor.post("/step-up/options", Map.of()).status() != 401;
        }
    }
}
