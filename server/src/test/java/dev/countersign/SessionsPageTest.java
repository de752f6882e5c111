package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** People see, end and disown their own sessions; whom policy lets sees and ends those of others. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SessionsPageTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final TestDeployment deployment;
    private final TestPerson alice;

    SessionsPageTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    private static List<JsonNode> sessions(TestPerson person, String path) {
        var answer = person.get(path, "Accept", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var list = new ArrayList<JsonNode>();
        json(answer).path("sessions").forEach(list::add);
        return list;
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asString("");
    }

    private HttpResponse<String> delete(TestPerson person, String path) {
        return person.send(
                HttpRequest.newBuilder(URI.create(deployment.issuer + path))
                        .header("Origin", deployment.issuer.toString())
                        .DELETE(),
                true);
    }

    private HttpResponse<String> form(TestPerson person, String path, String body) {
        return person.post(path, body, "Content-Type", FORM, "Accept", "text/html");
    }

    @Test
    void aPersonSeesTheirSessionsAsATree() {
        var list = sessions(alice, "/sessions");
        assertThat(list).hasSize(2);
        var browser = list.stream()
                .filter(each -> each.path("current").asBoolean())
                .findFirst()
                .orElseThrow();
        var bank = list.stream()
                .filter(each -> text(each, "client").equals("bank"))
                .findFirst()
                .orElseThrow();
        assertThat(text(bank, "parent")).isEqualTo(text(browser, "id"));
        assertThat(text(bank, "binding")).isEqualTo("dpop");
        assertThat(text(bank, "key")).isEqualTo(alice.key.thumbprint());
        assertThat(text(browser, "binding")).isEqualTo("none");
        assertThat(text(browser, "address")).isIn("127.0.0.1", "0:0:0:0:0:0:0:1", "localhost");
        var page = alice.get("/sessions");
        assertThat(page.body())
                .contains("this browser", "bank", "A key of the application (DPoP)")
                .contains(alice.key.thumbprint().substring(0, 4) + " "
                        + alice.key.thumbprint().substring(4, 8))
                .doesNotContain("<script>", "onclick", "style=");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("script-src 'self'");
    }

    @Test
    void aUsedSessionSaysWhen() {
        var before = text(sessions(alice, "/sessions").getFirst(), "last_used_at");
        deployment.advance(Duration.ofMinutes(40));
        assertThat(alice.get("/approvals").statusCode()).isEqualTo(200);
        var after = sessions(alice, "/sessions").stream()
                .filter(each -> each.path("current").asBoolean())
                .map(each -> text(each, "last_used_at"))
                .findFirst()
                .orElseThrow();
        assertThat(Duration.between(java.time.Instant.parse(before), java.time.Instant.parse(after)))
                .isGreaterThanOrEqualTo(Duration.ofMinutes(39));
    }

    @Test
    void anEndedSessionIsOverAtOnceAndTheOthersStay() {
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
        var bank = sessions(alice, "/sessions").stream()
                .filter(each -> text(each, "client").equals("bank"))
                .findFirst()
                .orElseThrow();
        var answer = delete(alice, "/sessions/" + text(bank, "id"));
        assertThat(answer.body()).contains("\"ended\":1");
        assertThat(DecisionTest.code(alice.ask(Payments.read("alice")))).isEqualTo("session_ended");
        assertThat(sessions(alice, "/sessions")).hasSize(1);
        assertThat(deployment.evidenceOf("session.end_ordered"))
                .singleElement()
                .asString()
                .contains("\"by\":\"alice\"", text(bank, "id"));
        assertThat(delete(alice, "/sessions/" + text(bank, "id")).body()).contains("\"ended\":0");
    }

    @Test
    void endingAllOthersKeepsThisBrowserAndItsApplications() {
        var phone = deployment.person("alice").loggedIn();
        var laptop = deployment.person("alice").loggedIn().atTheBank();
        var answer = form(alice, "/sessions/end-others", "");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(phone.get("/sessions").statusCode()).isEqualTo(303);
        assertThat(DecisionTest.code(laptop.ask(Payments.read("alice")))).isEqualTo("session_ended");
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
        assertThat(sessions(alice, "/sessions")).hasSize(2);
    }

    @Test
    void otherPeoplesSessionsDoNotExistForOne() {
        var mallory = deployment.person("mallory").loggedIn();
        for (var session : sessions(alice, "/sessions")) {
            assertThat(delete(mallory, "/sessions/" + text(session, "id")).statusCode())
                    .isEqualTo(404);
            assertThat(mallory.post("/sessions/not-me", "{\"session\":\"" + text(session, "id") + "\"}")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(mallory.get("/sessions/not-me?session=" + text(session, "id"))
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(delete(mallory, "/sessions/se_x").statusCode()).isEqualTo(400);
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
    }

    @Test
    void anotherSitesPageEndsNothing() {
        for (var path : List.of("/sessions/end-others", "/sessions/not-me")) {
            var foreign = alice.asThisBrowser(HttpRequest.newBuilder(deployment.issuer.resolve(path))
                    .header("Origin", "https://evil.example")
                    .header("Sec-Fetch-Site", "cross-site")
                    .header("Content-Type", FORM)
                    .POST(BodyPublishers.ofString("")));
            assertThat(alice.send(foreign, false).statusCode()).isEqualTo(403);
        }
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
    }

    @Test
    void thisWasNotMeEndsEverythingAndRaisesTheAlarm() throws Exception {
        var thief = deployment.person("alice").loggedIn();
        alice.raised();
        var foreign = text(
                sessions(thief, "/sessions").stream()
                        .filter(each -> each.path("current").asBoolean())
                        .findFirst()
                        .orElseThrow(),
                "id");
        var answer = form(alice, "/sessions/not-me", "session=" + foreign);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("3 sessions have ended", "/login?prompt=login");
        assertThat(thief.get("/sessions").statusCode()).isEqualTo(303);
        assertThat(DecisionTest.code(alice.ask(Payments.read("alice")))).isEqualTo("session_ended");
        assertThat(deployment.evidenceOf("person.disowned_sessions"))
                .singleElement()
                .asString()
                .contains("\"alarm\":true", "\"authenticators\":1", foreign);

        var bob = deployment.person("bob", "treasury").loggedIn();
        assertThat(bob.get("/console/sessions").body()).contains("Alarms", "alice", foreign);
    }

    @Test
    void aDisownedAuthenticatorSignsNothingUntilItsOwnerIsBackWithIt() throws Exception {
        alice.post("/sessions/not-me", "{}");
        Thread.sleep(1_100); // the provider counts in seconds
        // Whoever has the password alone gets neither a step-up nor an authenticator of their own.
        var thief = deployment.person("alice").loggedIn();
        assertThat(thief.post("/authenticators/options", "{}").body()).contains("authenticators-wait");
        assertThat(thief.get("/authenticators").body()).contains("waits");

        alice.loggedIn();
        var session = text(
                sessions(alice, "/sessions").stream()
                        .filter(each -> each.path("current").asBoolean())
                        .findFirst()
                        .orElseThrow(),
                "id");
        var options = alice.post("/step-up/options", "{\"session\":\"" + session + "\"}");
        assertThat(options.statusCode()).as(options.body()).isEqualTo(409);

        var id = deployment.query("select id from webauthn_credential").getFirst();
        var again = alice.post("/authenticators/again/options", "{\"id\":\"" + id + "\"}");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        var response = alice.authenticator.authenticate(again.body(), deployment.issuer.toString());
        var body = "{\"id\":\"" + id + "\",\"response\":" + response + "}";
        assertThat(alice.post("/authenticators/again", body).statusCode()).isEqualTo(200);
        assertThat(alice.post("/authenticators/again", body).statusCode()).isEqualTo(404); // it waits no longer
        alice.raised();
        assertThat(deployment.evidenceOf("authenticator.registered_again")).hasSize(1);
    }

    @Test
    void onlyWhomPolicyLetsSeesTheSessionsOfOthersAndEndsThemAfterAStepUp() {
        assertThat(alice.get("/console/sessions", "Accept", "application/json").statusCode())
                .isEqualTo(403);
        assertThat(alice.get("/console/sessions").statusCode()).isEqualTo(403);
        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        var found = sessions(bob, "/console/sessions?client=bank&principal=alice&state=active");
        assertThat(found)
                .singleElement()
                .satisfies(each -> assertThat(text(each, "person")).isEqualTo("alice"));
        var id = text(found.getFirst(), "id");
        assertThat(sessions(bob, "/console/sessions?key=" + alice.key.thumbprint()))
                .hasSize(1);
        assertThat(sessions(bob, "/console/sessions?person=alice&state=ended")).isEmpty();
        assertThat(sessions(bob, "/console/sessions?since=2100-01-01")).isEmpty();
        assertThat(bob.get("/console/sessions?person=alice").body()).contains("alice", "DPoP");

        var refused = delete(bob, "/console/sessions/" + id);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).at("/context/reason/code").asString()).isEqualTo("step_up_required");
        var led = form(bob, "/console/sessions/" + id + "/end", "person=alice");
        assertThat(TestPerson.location(led).toString())
                .contains("/step-up?session=", "return_to=%2Fconsole%2Fsessions%3Fperson%3Dalice");
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();

        bob.raised();
        var ended = delete(bob, "/console/sessions/" + id);
        assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
        assertThat(DecisionTest.code(alice.ask(Payments.read("alice")))).isEqualTo("session_ended");
        assertThat(deployment.evidenceOf("session.end_ordered"))
                .singleElement()
                .asString()
                .contains("\"by\":\"bob\"", text(json(ended), "evaluation_id"));
        assertThat(deployment.evidenceOf("decision"))
                .anyMatch(entry -> entry.contains("endSession") && entry.contains("bob"));
        assertThat(delete(alice, "/console/sessions/" + id).statusCode()).isEqualTo(403);
    }

    @Test
    void malformedSearchesAreRefusedByName() {
        var bob = deployment.person("bob", "treasury").loggedIn();
        for (var query : List.of(
                "state=asleep",
                "since=yesterday",
                "page=x",
                "page=1.se_x",
                "color=red",
                "person=a&person=b",
                "person=" + "a".repeat(256),
                "person=%00")) {
            var answer = bob.get("/console/sessions?" + query, "Accept", "application/json");
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(text(json(answer), "parameter")).as(query).isEqualTo(query.substring(0, query.indexOf('=')));
        }
    }
}
