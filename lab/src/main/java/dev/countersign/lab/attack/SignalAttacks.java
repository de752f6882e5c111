package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.UnexpectedAnswer;
import dev.countersign.lab.person.Visitor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sessions that are used on after the identity provider took back its word. */
final class SignalAttacks {
    private static final String RISC = "https://schemas.openid.net/secevent/risc/event-type/";
    private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
    private static final String LAPTOP = "laptop-of-bob";

    private SignalAttacks() {}

    static List<Attack> all() {
        return List.of(new Attack(
                "S09",
                "Use after the account was disabled (RISC) or the device fell out (CAEP)",
                SignalAttacks::goneAtTheProvider));
    }

    private static Finding goneAtTheProvider(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var bob = onLaptop(stage);
        var carol = stage.customer(Cast.CAROL);
        var notes = new Notes()
                .honest("alice before", reads(stage, alice).isSuccess())
                .honest("bob before", reads(stage, bob).isSuccess())
                .honest("carol before", reads(stage, carol).isSuccess());

        var account = subject(stage, Cast.ALICE.username());
        notes.honest(
                "the provider says that alice's account is disabled", told(stage, account, RISC + "account-disabled"));
        var used = reads(stage, alice);
        notes.attempt("disabled account: token", Thief.refused(used, "session_ended"), Thief.code(used));
        var again = login(stage, Cast.ALICE);
        notes.attempt("disabled account: new login", again == 403, "login answered " + again);
        var forged = push(stage, stage.signals().forge(account, RISC + "account-enabled", Map.of()));
        notes.attempt(
                "forged account-enabled",
                forged.status() == 400,
                "push: " + forged.json().path("err").asString(""));
        var still = login(stage, Cast.ALICE);
        notes.attempt("login after the forgery", still == 403, "login answered " + still);

        var device = Map.of("format", "complex", "device", subject(stage, LAPTOP));
        var fallen = stage.signals()
                .sign(
                        device,
                        CAEP + "device-compliance-change",
                        Map.of("previous_status", "compliant", "current_status", "not-compliant"));
        notes.honest(
                "the provider says that the laptop fell out",
                push(stage, fallen).status() == 202);
        var onDevice = reads(stage, bob);
        notes.attempt("device out of compliance", Thief.refused(onDevice, "session_suspended"), Thief.code(onDevice));

        notes.honest("carol's session goes on", reads(stage, carol).isSuccess());
        stage.pass(Duration.ofSeconds(2));
        notes.honest("the provider enables alice again", told(stage, account, RISC + "account-enabled"));
        var back = stage.visitor();
        back.login(Cast.ALICE.username(), Cast.ALICE.claims());
        back.openBank(stage.bank());
        notes.honest("alice logs in again", reads(stage, back).isSuccess());
        return notes.finding(stage.showsKind("signal.received") && stage.showsKind("account.blocked"));
    }

    /** Bob, whose login names the device that it was on. */
    private static Visitor onLaptop(Stage stage) {
        var claims = new LinkedHashMap<>(Cast.BOB.claims());
        claims.put("device_id", LAPTOP);
        var bob = stage.visitor();
        bob.login(Cast.BOB.username(), claims);
        bob.openBank(stage.bank());
        return bob;
    }

    /** The status with which a login ends. */
    private static int login(Stage stage, Cast who) {
        try {
            return stage.visitor().login(who.username(), who.claims()).status();
        } catch (UnexpectedAnswer e) {
            return e.hop().status();
        }
    }

    private static Hop reads(Stage stage, Visitor visitor) {
        return visitor.call("GET", stage.bank().resolve("/api/accounts"), "");
    }

    private static Map<String, String> subject(Stage stage, String name) {
        return Map.of("format", "iss_sub", "iss", stage.provider().toString(), "sub", name);
    }

    private static boolean told(Stage stage, Map<String, ?> subject, String type) {
        return push(stage, stage.signals().sign(subject, type, Map.of())).status() == 202;
    }

    private static Hop push(Stage stage, String token) {
        return new Thief(stage)
                .browser.send(
                        "POST",
                        stage.issuer().resolve("/signals/push/" + SignalSource.ID),
                        Map.of("Content-Type", "application/secevent+jwt"),
                        token);
    }
}
