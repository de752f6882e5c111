package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Stolen cookies, sessions that outlive their time, step-ups that wander. */
final class SessionAttacks {
    private static final String PHR = "urn:countersign:acr:phr";
    private static final String VERIFIER = "thief-thief-thief-thief-thief-thief-thief-thief";

    /** Longer than a cookie may bind a new key after a login (docs/decisions/0004). */
    private static final Duration AFTER_THE_BINDING_WINDOW = Duration.ofSeconds(61);

    private SessionAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S01",
                        "Session cookie stolen, used from another host without the key",
                        SessionAttacks::cookieStolen),
                new Attack("S12", "Session used beyond its idle and its absolute lifetime", SessionAttacks::lifetimes),
                new Attack("S18", "Step-up result moved to another session", SessionAttacks::stepUpMoved));
    }

    private static Finding cookieStolen(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        stage.pass(AFTER_THE_BINDING_WINDOW);
        var thief = new Thief(stage);
        alice.browser()
                .cookies(stage.issuer())
                .forEach((name, value) -> thief.browser.plant(stage.issuer(), name, value));

        var ownKey = authorize(stage, thief, thief.key.thumbprint());
        var notes = new Notes()
                .attempt("code for the thief's key", leadsTo(ownKey, "/login"), "login at the identity provider again");

        // With the victim's thumbprint the cookie does get a code, which is worth nothing without the victim's key.
        var jkt = Thief.claims(alice.accessToken()).path("cnf").path("jkt").stringValue();
        var code = code(authorize(stage, thief, jkt));
        var token = redeem(stage, thief, code);
        notes.attempt(
                "code redeemed with the thief's key",
                token.status() == 400 && token.body().contains("\"error\""),
                "token endpoint: " + token.json().path("error").asString(""));

        notes.honest("read", alice.call("GET", thief.accounts(), "").isSuccess());
        alice.openBank(stage.bank());
        notes.honest(
                "open the bank anew", alice.call("GET", thief.accounts(), "").isSuccess());
        return notes.finding(stage.showsKind("code.refused") || stage.showsKind("session.signal"));
    }

    private static Finding lifetimes(Stage stage) throws InterruptedException {
        var thief = new Thief(stage);
        var alice = stage.customer(Cast.ALICE);
        var notes =
                new Notes().honest("page of a live session", inbox(stage, alice).isSuccess());
        stage.pass(Duration.ofMinutes(61));
        notes.attempt("idle for 61 minutes: page", leadsTo(inbox(stage, alice), "/login"), "login again");
        var idle = alice.call("GET", thief.accounts(), "");
        notes.attempt("idle for 61 minutes: token", idle.status() == 401, Thief.code(idle));

        alice.openBank(stage.bank());
        var first = session(alice);
        // Whoever keeps a session busy all day has it until its absolute end, not a minute longer.
        for (var minutes = 0; minutes < 23 * 60; minutes += 50) {
            stage.pass(Duration.ofMinutes(50));
            alice.stepUp(PHR, 300);
            notes.honest(
                    "use after " + minutes,
                    alice.call("GET", thief.accounts(), "").isSuccess());
        }
        notes.honest("a busy session lasts a working day", session(alice).equals(first));
        stage.pass(Duration.ofMinutes(59));
        stage.pass(Duration.ofMinutes(59));
        notes.attempt("after 24 hours: page", leadsTo(inbox(stage, alice), "/login"), "login again");
        alice.stepUp(PHR, 300);
        notes.attempt("after 24 hours: same session", !session(alice).equals(first), "a new session");
        return notes.finding(stage.shows(entry -> entry.kind().equals("decision")
                && Boolean.FALSE.equals(entry.members().get("decision"))));
    }

    private static Finding stepUpMoved(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var one = session(alice);
        alice.openBank(stage.bank());
        var other = session(alice);
        var notes = new Notes().honest("two sessions", !one.equals(other));
        var moved = stepUp(stage, alice, one, other);
        notes.attempt(
                "assertion for one session posted for another",
                moved.status() == 403,
                moved.json().path("detail").asString("" + moved.status()));
        notes.honest(
                "step up the session itself", stepUp(stage, alice, one, one).isSuccess());
        return notes.finding(stage.showsKind("authenticator.refused"));
    }

    private static Hop stepUp(Stage stage, Visitor person, String asked, String posted) {
        var options = person.post("/step-up/options", Map.of("session", asked));
        var response = person.authenticator()
                .authenticate(options.body(), stage.issuer().toString());
        return person.post(
                "/step-up",
                Map.of("session", posted, "response", JsonMapper.shared().readTree(response)));
    }

    private static String session(Visitor visitor) {
        return Thief.claims(visitor.accessToken()).path("sid").stringValue();
    }

    private static Hop inbox(Stage stage, Visitor visitor) {
        return visitor.browser().send("GET", stage.issuer().resolve("/approvals"), Map.of("Accept", "text/html"), "");
    }

    private static boolean leadsTo(Hop answer, String path) {
        return answer.location().filter(to -> to.getPath().equals(path)).isPresent();
    }

    private static Hop authorize(Stage stage, Thief thief, String jkt) {
        var query = "response_type=code&client_id=bank&state=thief&code_challenge_method=S256&code_challenge="
                + challenge() + "&dpop_jkt=" + jkt + "&redirect_uri="
                + Thief.encode(stage.bank().resolve("/callback").toString());
        return thief.browser.send(
                "GET", URI.create(stage.issuer() + "/oauth/authorize?" + query), Map.of("Accept", "text/html"), "");
    }

    private static String code(Hop answer) {
        var query = answer.location().map(URI::getRawQuery).orElse("");
        for (var pair : query.split("&", -1)) {
            if (pair.startsWith("code=")) {
                return pair.substring("code=".length());
            }
        }
        return "none";
    }

    private static Hop redeem(Stage stage, Thief thief, String code) {
        var token = stage.issuer().resolve("/oauth/token");
        var form = Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "client_id",
                "bank",
                "code_verifier",
                VERIFIER,
                "redirect_uri",
                stage.bank().resolve("/callback").toString());
        var first = thief.form(token, form, Map.of("DPoP", thief.key.proof("POST", token, null, null)));
        var nonce = first.header("DPoP-Nonce").orElse("");
        return thief.form(token, form, Map.of("DPoP", thief.key.proof("POST", token, null, nonce)));
    }

    private static String challenge() {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
