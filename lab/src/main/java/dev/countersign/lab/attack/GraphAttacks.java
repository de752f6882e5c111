package dev.countersign.lab.attack;

import dev.countersign.Settings.Enforcer;
import dev.countersign.Settings.Right;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.DemoSettings;
import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import dev.countersign.policy.PolicyLoadException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Groups that nobody gave, and searches that go on where they may not. */
final class GraphAttacks {
    private static final String TREASURY = "\"parents\":[{\"type\":\"Group\",\"id\":\"treasury\"}]";

    private GraphAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("P05", "Entities fed without the right", GraphAttacks::feed),
                new Attack("P06", "A group gained by a forged parent", GraphAttacks::forgedParent),
                new Attack("P07", "Search page token forged, or moved", GraphAttacks::pageTokens));
    }

    private static Finding feed(Stage stage) throws Exception {
        var points = new Points(stage);
        var notes = new Notes();
        var mallory = member("mallory");
        for (var key : List.of(stage.apiKey(), points.core, "no-such-key")) {
            var put = points.send(key, "PUT", "/entities/User/mallory", "application/json", mallory);
            notes.attempt("one entity", put.status() == 403 || put.status() == 401, "" + put.status());
            var all = points.send(key, "PUT", "/entities?source=theirs", "application/x-ndjson", "");
            notes.attempt("a whole source", all.status() == 403 || all.status() == 401, "" + all.status());
        }
        notes.attempt("mallory is treasury", !points.mayReadSessions("mallory"), "no permit");
        var put = points.send(points.feed, "PUT", "/entities/User/mallory", "application/json", mallory);
        notes.honest("the feed writes", put.isSuccess());
        notes.honest("and it counts", points.mayReadSessions("mallory"));
        return notes.finding(stage.showsRefusal("no_permit"));
    }

    private static Finding forgedParent(Stage stage) throws Exception {
        var points = new Points(stage);
        var mallory = stage.customer(dev.countersign.lab.demo.Cast.MALLORY);
        var bank = new Asking(stage);
        var uri = stage.bank().resolve("/api/elsewhere");
        mallory.call("GET", stage.bank().resolve("/api/accounts"), "");
        var notes = new Notes();
        for (var properties : List.of(
                "\"parents\":[{\"type\":\"Group\",\"id\":\"treasury\"}]",
                "\"groups\":[\"treasury\"]",
                "\"name\":\"carol\",\"person\":\"carol\"")) {
            var proof = Thief.intercepted(mallory, "GET", uri);
            var answer = bank.send("""
                    {"subject":{"type":"User","id":"mallory","properties":{%s}},"action":{"name":"readSessions"},
                     "resource":{"type":"Console","id":"countersign"},
                     "context":{"session":{"token":"%s","scheme":"DPoP","proof":"%s","method":"GET","uri":"%s"}}}""".formatted(properties, mallory.accessToken(), proof, uri));
            notes.attempt(properties, bank.refused(answer, "no_permit") || answer.status() == 400, bank.code(answer));
        }
        points.send(points.feed, "PUT", "/entities/User/mallory", "application/json", member("mallory"));
        notes.honest("a member by the feed", points.mayReadSessions("mallory"));
        return notes.finding(stage.showsRefusal("no_permit"));
    }

    private static Finding pageTokens(Stage stage) throws Exception {
        var points = new Points(stage);
        for (var i = 0; i < 5; i++) {
            points.send(points.feed, "PUT", "/entities/User/u" + i, "application/json", member("u" + i));
        }
        var first = points.search(points.core, "readSessions", "");
        var token = first.json().at("/page/next_token").asString("");
        var next = ",\"token\":\"" + token + "\"";
        var flipped = ",\"token\":\"" + (token.startsWith("A") ? "B" : "A") + token.substring(1) + "\"";
        var notes = new Notes()
                .honest("the first page", first.json().path("results").size() == 2);
        var attempts = new ArrayList<Hop>();
        attempts.add(points.search(points.core, "readSessions", flipped));
        attempts.add(points.search(points.core, "read-console", next));
        attempts.add(points.search(points.other, "readSessions", next));
        for (var answer : attempts) {
            notes.attempt(
                    "forged or moved",
                    answer.status() == 400
                            && answer.json().path("pointer").asString("").equals("/page/token"),
                    "not a token of this search");
        }
        var second = points.search(points.core, "readSessions", next);
        notes.honest("the next page", second.json().path("results").size() == 2);
        return notes.finding(stage.showsKind("search"));
    }

    private static String member(String name) {
        return "{\"attrs\":{\"name\":\"" + name + "\",\"person\":\"" + name + "\"}," + TREASURY + "}";
    }

    /** Enforcement points beside the bank: one that feeds entities, two that speak for people. */
    private static final class Points {
        final String feed = DemoSettings.randomKey(new SecureRandom());
        final String core = DemoSettings.randomKey(new SecureRandom());
        final String other = DemoSettings.randomKey(new SecureRandom());
        private final Stage stage;
        private final Browser wire = new Browser();

        Points(Stage stage) throws PolicyLoadException {
            this.stage = stage;
            stage.restart(settings -> {
                var points = new ArrayList<>(settings.enforcementPoints());
                points.add(new Enforcer("feed", DemoSettings.sha256(feed), null, Set.of(Right.ENTITIES)));
                points.add(new Enforcer("core", DemoSettings.sha256(core), null, Set.of(Right.ASSERT)));
                points.add(new Enforcer("other", DemoSettings.sha256(other), null, Set.of(Right.ASSERT)));
                return ChangedSettings.enforcers(settings, points);
            });
        }

        Hop send(String key, String method, String path, String type, String body) {
            return wire.send(
                    method,
                    stage.issuer().resolve(path),
                    Map.of("Authorization", "Bearer " + key, "Content-Type", type),
                    body);
        }

        Hop search(String key, String action, String more) {
            return send(key, "POST", "/access/v1/search/subject", "application/json", """
                    {"subject":{"type":"User"},"action":{"name":"%s"},"resource":{"type":"Console","id":"countersign"},
                     "page":{"limit":2%s}}""".formatted(action, more));
        }

        boolean mayReadSessions(String person) {
            var answer = send(core, "POST", "/access/v1/evaluation", "application/json", """
                    {"subject":{"type":"User","id":"%s"},"action":{"name":"readSessions"},
                     "resource":{"type":"Console","id":"countersign"}}""".formatted(person));
            return answer.json().path("decision").asBoolean(false);
        }
    }
}
