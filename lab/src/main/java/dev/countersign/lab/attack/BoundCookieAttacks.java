package dev.countersign.lab.attack;

import dev.countersign.DbscSettings;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.BoundKey;
import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import dev.countersign.lab.tls.HttpsDeployment;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** Cookies of a browser that binds them to a key (Device Bound Session Credentials), over HTTPS. */
final class BoundCookieAttacks {
    private static final String COOKIE = "__Host-countersign";
    private static final String BOUND = COOKIE + "-bound";

    /** Longer than a proof is fresh. */
    private static final Duration AFTER_FRESH = DbscSettings.STANDARD.fresh().plusSeconds(1);

    /** Longer than a bound cookie lives. */
    private static final Duration AFTER_COOKIE = DbscSettings.STANDARD.cookie().plusSeconds(1);

    private BoundCookieAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S01B",
                        "Bound session cookies stolen, used from another browser",
                        stage -> with(stage, BoundCookieAttacks::stolen)),
                new Attack(
                        "S06",
                        "Cookies, user agent and address cloned, key absent",
                        stage -> with(stage, BoundCookieAttacks::cloned)),
                new Attack(
                        "S07B",
                        "Session fixation in a browser that binds its cookies",
                        stage -> with(stage, BoundCookieAttacks::fixated)));
    }

    private static Finding with(Stage stage, Scene scene) throws Exception {
        try (var deployment = HttpsDeployment.start(DbscSettings.STANDARD, stage.clock(), new SecureRandom())) {
            return scene.play(stage, deployment);
        }
    }

    @FunctionalInterface
    private interface Scene {
        Finding play(Stage stage, HttpsDeployment deployment) throws Exception;
    }

    /** Somebody who logged in at a browser with a key, and has an authenticator. */
    private static final class Owner {
        final Visitor visitor;
        final BoundKey key;
        final String offer;
        final String session;

        Owner(Stage stage, HttpsDeployment deployment, Cast who, Browser browser) {
            visitor = new Visitor(deployment.issuer(), stage.clock(), new SecureRandom(), browser);
            visitor.login(who.username(), who.claims());
            offer = BoundKey.offer(browser);
            key = new BoundKey(deployment.issuer());
            session = key.register(browser, offer)
                    .json()
                    .path("session_identifier")
                    .asString("");
            visitor.registerAuthenticator();
        }

        /** A protected action as the browser carries it out: proves its key when it is held back, and asks again. */
        Hop act() {
            return act("/step-up/options", Map.of("session", session));
        }

        private Hop act(String path, Map<String, ?> body) {
            var answer = visitor.post(path, body);
            if (answer.status() != 307) {
                return answer;
            }
            key.prove(visitor.browser(), session);
            return visitor.post(path, body);
        }

        /** Out of a suspension. */
        boolean stepsUp() {
            key.prove(visitor.browser(), session);
            var options = act();
            var response = visitor.authenticator().authenticate(options.body(), origin(options.uri()));
            return act(
                            "/step-up",
                            Map.of(
                                    "session",
                                    session,
                                    "response",
                                    JsonMapper.shared().readTree(response)))
                    .isSuccess();
        }

        private static String origin(URI uri) {
            return uri.getScheme() + "://" + uri.getAuthority();
        }
    }

    private static Browser copyOf(Browser browser, HttpsDeployment deployment) {
        var copy = new Browser(deployment.authority().trust());
        browser.cookies(deployment.issuer()).forEach((name, value) -> copy.plant(deployment.issuer(), name, value));
        return copy;
    }

    private static Hop act(Browser browser, HttpsDeployment deployment, Owner victim) {
        return browser.send(
                "POST",
                deployment.issuer().resolve("/step-up/options"),
                Map.of(
                        "Origin", deployment.issuer().toString(),
                        "Sec-Fetch-Site", "same-origin",
                        "Accept", "application/json",
                        "Content-Type", "application/json"),
                "{\"session\":\"" + victim.session + "\"}");
    }

    private static Hop read(Browser browser, HttpsDeployment deployment) {
        return browser.send("GET", deployment.issuer().resolve("/approvals"), Map.of("Accept", "text/html"), "");
    }

    private static boolean leadsToLogin(Hop answer) {
        return answer.location().filter(to -> to.getPath().equals("/login")).isPresent();
    }

    private static Finding stolen(Stage stage, HttpsDeployment deployment) throws Exception {
        var alice = new Owner(
                stage,
                deployment,
                Cast.ALICE,
                new Browser(deployment.authority().trust()));
        stage.pass(AFTER_FRESH);
        var thief = copyOf(alice.visitor.browser(), deployment);
        var notes = new Notes();
        notes.honest("act, with a proof on the way", alice.act().isSuccess());
        stage.pass(AFTER_FRESH);

        var first = act(thief, deployment, alice);
        var second = act(thief, deployment, alice);
        notes.attempt(
                "protected action",
                !first.isSuccess() && second.status() == 401,
                "fresh proof demanded, session suspended");
        var late = copyOf(alice.visitor.browser(), deployment);
        stage.pass(AFTER_COOKIE);
        notes.attempt("read after the bound cookie's life", leadsToLogin(read(late, deployment)), "login again");
        var evidence = deployment.shows(entry -> entry.kind().equals("session.suspended")
                && String.valueOf(entry.members().get("reason")).startsWith("A copy of the browser's cookie"));
        notes.honest("step up out of the suspension", alice.stepsUp());
        notes.honest("read", read(alice.visitor.browser(), deployment).isSuccess());
        return notes.finding(evidence);
    }

    private static Finding cloned(Stage stage, HttpsDeployment deployment) throws Exception {
        var alice = new Owner(
                stage,
                deployment,
                Cast.ALICE,
                new Browser(deployment.authority().trust()));
        stage.pass(AFTER_FRESH);
        // The same machine, the same program: address and user agent are the victim's. Everything but the key is known.
        var thief = copyOf(alice.visitor.browser(), deployment);
        var ownKey = new BoundKey(deployment.issuer());
        var notes = new Notes();
        notes.attempt(
                "own key registered with the victim's offer",
                ownKey.register(thief, alice.offer).status() == 409,
                "registration: bound already");
        var proof = alice.key.proof(alice.visitor.browser(), alice.session);
        notes.honest(
                "refresh",
                alice.key.refresh(alice.visitor.browser(), alice.session, proof).isSuccess());
        notes.attempt(
                "the victim's proof replayed",
                ownKey.refresh(thief, alice.session, proof).status() == 403,
                "refresh: another challenge");
        notes.honest("act", alice.act().isSuccess());
        notes.attempt(
                "proof by the thief's key",
                ownKey.prove(thief, alice.session).status() == 401,
                "refresh: another key, session suspended");
        stage.pass(AFTER_COOKIE);
        notes.attempt("read", leadsToLogin(read(thief, deployment)), "login again");
        notes.honest("step up out of the suspension", alice.stepsUp());
        return notes.finding(deployment.showsKind("session.suspended") && deployment.showsKind("session.signal"));
    }

    private static Finding fixated(Stage stage, HttpsDeployment deployment) throws Exception {
        var mallory = new Owner(
                stage,
                deployment,
                Cast.MALLORY,
                new Browser(deployment.authority().trust()));
        // Mallory's session and an invented one are in the victim's browser before she logs in.
        var browser = copyOf(mallory.visitor.browser(), deployment);
        var planted = Map.copyOf(browser.cookies(deployment.issuer()));
        var alice = new Owner(stage, deployment, Cast.ALICE, browser);
        var notes = new Notes();
        notes.honest("log in", read(browser, deployment).body().contains(Cast.ALICE.username()));

        var now = browser.cookies(deployment.issuer());
        notes.attempt(
                "the planted cookies stay in use",
                !Objects.equals(now.get(COOKIE), planted.get(COOKIE))
                        && !Objects.equals(now.get(BOUND), planted.get(BOUND)),
                "new cookies at login");
        var attacker = new Browser(deployment.authority().trust());
        planted.forEach((name, value) -> attacker.plant(deployment.issuer(), name, value));
        notes.attempt(
                "the planted cookies lead to the victim's session",
                leadsToLogin(read(attacker, deployment)),
                "what they stood for has ended");
        var other = new Owner(
                stage, deployment, Cast.BOB, new Browser(deployment.authority().trust()));
        notes.attempt(
                "the attacker's registration in the victim's browser",
                new BoundKey(deployment.issuer()).register(browser, other.offer).status() == 400,
                "registration: another session's cookie");
        notes.honest("act", alice.act().isSuccess());
        return notes.finding(deployment.shows(entry -> entry.kind().equals("session.ended")
                && String.valueOf(entry.members().get("reason")).contains("replaced by a new login")));
    }
}
