package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.store.Database.Engine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Our own pages as people meet them: kept alive by use, left by logout, and pages too when something is wrong. */
@ParameterizedClass
@EnumSource(Engine.class)
final class PagesTest {
    private final TestDeployment deployment;
    private final TestPerson alice;

    PagesTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void usingAPageExtendsTheIdleTime() {
        for (var i = 0; i < 4; i++) {
            deployment.advance(Duration.ofMinutes(40));
            assertThat(alice.get("/approvals").statusCode()).isEqualTo(200);
        }
        deployment.advance(Duration.ofMinutes(61));
        assertThat(TestPerson.location(alice.get("/approvals")).getPath()).isEqualTo("/login");
    }

    @Test
    void notEvenUseOutlivesTheAbsoluteLifetime() {
        for (var i = 0; i < 26; i++) {
            deployment.advance(Duration.ofMinutes(55));
            assertThat(alice.get("/approvals").statusCode()).isEqualTo(200);
        }
        deployment.advance(Duration.ofMinutes(11));
        assertThat(alice.get("/approvals").statusCode()).isEqualTo(303);
    }

    @Test
    void anOpenFeedAloneKeepsNobodyLoggedIn() {
        deployment.advance(Duration.ofMinutes(59));
        alice.get("/console/feed", "Accept", "application/json");
        deployment.advance(Duration.ofMinutes(2));
        assertThat(alice.get("/approvals").statusCode()).isEqualTo(303);
    }

    @Test
    void whatIsNotThereOrNotAllowedIsAPageForPeopleAndAProblemForPrograms() {
        for (var path : List.of("/approvals/rq_unknown", "/transactions/unknown", "/console", "/nowhere")) {
            var page = alice.get(path);
            assertThat(page.statusCode()).isIn(403, 404);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
            assertThat(page.body()).contains("<h1>", "Back to the start").doesNotContain("urn:countersign");
            var problem = alice.get(path, "Accept", "application/json");
            assertThat(problem.statusCode()).isEqualTo(page.statusCode());
            assertThat(problem.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    @Test
    void anApplicationSendsPeopleToLogOutAndTheyFindTheWayBack() {
        alice.atTheBank();
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
        var there = "client_id=bank&post_logout_redirect_uri=" + TestPerson.encode("http://localhost:8402/bye");
        var question = alice.get("/logout?" + there);
        assertThat(question.statusCode()).isEqualTo(200);
        assertThat(question.body())
                .contains("Log out?", "method=\"post\"", "value=\"bank\"", "value=\"http://localhost:8402/bye\"");
        assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue(); // asking ends nothing yet

        var form = "application/x-www-form-urlencoded";
        var done = alice.post("/logout", there, "Content-Type", form, "Accept", "text/html");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body())
                .contains("You are logged out", "Back to localhost:8402", "href=\"http://localhost:8402/bye\"");
        assertThat(alice.cookies).doesNotContainKey("countersign");
        assertThat(DecisionTest.code(alice.ask(Payments.read("alice")))).isEqualTo("session_ended");
        assertThat(alice.get("/approvals").statusCode()).isEqualTo(303);

        var elsewhere = alice.post(
                "/logout",
                "client_id=bank&post_logout_redirect_uri=https%3A%2F%2Fevil.example",
                "Content-Type",
                form,
                "Accept",
                "text/html");
        assertThat(elsewhere.body()).contains("You are logged out").doesNotContain("evil.example");
    }

    @Test
    void anotherSitesFormIsRefusedWithAPage() {
        var foreign = alice.asThisBrowser(java.net.http.HttpRequest.newBuilder(deployment.issuer.resolve("/logout"))
                .header("Origin", "https://evil.example")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Accept", "text/html")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("")));
        var answer = alice.send(foreign, false);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(alice.get("/approvals").statusCode()).isEqualTo(200);
    }
}
