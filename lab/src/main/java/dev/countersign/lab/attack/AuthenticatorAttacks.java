package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Assertions that were made elsewhere or otherwise, step-ups that are old, prompts without end, keys of a disowned session. */
final class AuthenticatorAttacks {
    private static final String PHR = "urn:countersign:acr:phr";
    private static final String RP_ID = "localhost";

    /** The bank's policies want a step-up that is at most five minutes old for such a transfer. */
    private static final String LARGE = "250000.00";

    /** More requests than anybody may make for nothing within an hour. */
    private static final int BOMBS = 30;

    private AuthenticatorAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S16", "Approvers prompted without end", AuthenticatorAttacks::bombing),
                new Attack(
                        "S17",
                        "Adversary in the middle: assertion for another origin or rpId",
                        AuthenticatorAttacks::inTheMiddle),
                new Attack(
                        "S20",
                        "Assertion: challenge, user verification, credential, counter",
                        AuthenticatorAttacks::assertions));
    }

    private static Finding bombing(Stage stage) throws InterruptedException {
        var payments = new Payments(stage);
        var bob = payments.treasury.getFirst();
        var notes = new Notes();
        var asked = 0;
        for (var i = 0; i < BOMBS; i++) {
            var answer = payments.send(Payments.body("bombing-" + (100 + i), LARGE, "EUR", "ACME GmbH"));
            var request = answer.status() == 202
                    ? answer.json().path("request").path("id").asString("")
                    : "";
            if (!request.isEmpty()) {
                asked++;
                // All but the first ones are taken back at once, so that the limit of those that wait is never met.
                if (i >= 3) {
                    payments.alice.post("/approvals/" + request + "/withdraw", Map.of());
                }
            }
        }
        notes.attempt(BOMBS + " prompts within an hour", asked > 0 && asked < BOMBS, asked + " prompts, then refused");
        var inbox = bob.inbox();
        notes.attempt("the same three times in the inbox", inbox.size() == 1, "one line of the inbox");
        bob.post("/approvals/" + inbox.getFirst() + "/deny", Map.of("not_me", true));
        var afterwards = payments.alice.call("GET", stage.bank().resolve("/api/accounts"), "");
        notes.attempt(
                "the session goes on after an approver called it not genuine",
                Thief.refused(afterwards, "session_suspended"),
                Thief.code(afterwards));
        payments.alice.stepUp(PHR, 300);
        notes.honest(
                "the owner is back after a step-up",
                payments.alice
                        .call("GET", stage.bank().resolve("/api/accounts"), "")
                        .isSuccess());
        var carol = payments.treasury.getLast();
        carol.openBank(stage.bank());
        carol.stepUp(PHR, 300);
        var honest = carol.call(
                "POST",
                stage.bank().resolve("/api/transfers"),
                Payments.body("honest-0001", "12000.00", "EUR", "ACME GmbH")
                        .replace(Asking.ACCOUNT, "DE02500105170137075030"));
        notes.honest("another may ask", honest.status() == 202 || honest.isSuccess());
        return notes.finding(stage.shows(entry -> entry.kind().equals("session.signal")
                && "prompts_capped".equals(entry.members().get("signal"))));
    }

    private static Finding inTheMiddle(Stage stage) throws GeneralSecurityException, InterruptedException {
        var alice = new Bent(stage);
        var notes = new Notes();
        alice.key.origin = "https://countersign.evil.example";
        notes.attempt("another origin", alice.stepUp().status() == 403, "origin of the client data");
        alice.key.origin = origin(stage);
        alice.key.rpId = "evil.example";
        notes.attempt("another rpId", alice.stepUp().status() == 403, "rpId hash");
        alice.key.rpId = RP_ID;
        notes.honest("here", alice.stepUp().isSuccess());
        return notes.finding(stage.showsKind("authenticator.refused"));
    }

    private static Finding assertions(Stage stage) throws GeneralSecurityException, InterruptedException {
        var alice = new Bent(stage);
        var notes = new Notes();
        alice.key.challenge = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        notes.attempt("a challenge of one's own", alice.stepUp().status() == 403, "challenge unknown");
        alice.key.challenge = null;
        alice.key.verifiesUser = false;
        notes.attempt("the user not verified", alice.stepUp().status() == 403, "user verification missing");
        alice.key.verifiesUser = true;
        var stranger = new BentAuthenticator(origin(stage), RP_ID);
        notes.attempt("a credential nobody knows", alice.stepUp(stranger).status() == 403, "credential unknown");
        alice.key.counter = 10;
        notes.honest("step up", alice.stepUp().isSuccess());
        alice.key.counter = 3;
        notes.attempt("a counter that goes backwards", alice.stepUp().status() == 403, "counter");
        alice.key.counter = 20;
        notes.honest("step up again", alice.stepUp().isSuccess());
        return notes.finding(stage.showsKind("authenticator.refused"));
    }

    private static String origin(Stage stage) {
        return stage.issuer().toString();
    }

    /** Alice, whose authenticator does what it is told. */
    private static final class Bent {
        final BentAuthenticator key;
        private final Visitor alice;
        private final String session;

        Bent(Stage stage) throws GeneralSecurityException {
            alice = stage.visitor(Cast.ALICE);
            key = new BentAuthenticator(origin(stage), RP_ID);
            var options = alice.post("/authenticators/options", Map.of()).json().path("publicKey");
            var added = alice.post("/authenticators", Map.of("label", "Bent", "response", key.create(options)));
            if (!added.isSuccess()) {
                throw new IllegalStateException("Not registered: " + added.body());
            }
            alice.openBank(stage.bank());
            session = Thief.claims(alice.accessToken()).path("sid").stringValue();
        }

        Hop stepUp() throws GeneralSecurityException {
            return stepUp(key);
        }

        Hop stepUp(BentAuthenticator by) throws GeneralSecurityException {
            var options = alice.post("/step-up/options", Map.of("session", session));
            var response = by.get(options.json().path("publicKey"));
            return alice.post(
                    "/step-up",
                    Map.of("session", session, "response", JsonMapper.shared().treeToValue(response, Map.class)));
        }
    }
}
