package dev.countersign.login;

import static dev.countersign.login.Browser.location;
import static dev.countersign.login.Browser.parameter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.store.Database.Engine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in at the identity provider and out again, as a browser sees it. */
@ParameterizedClass
@EnumSource(Engine.class)
final class LoginTest {
    private final LoginDeployment deployment;
    private final Browser browser;

    LoginTest(Engine engine) {
        deployment = new LoginDeployment(engine);
        browser = new Browser(deployment);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private SessionId session() throws Exception {
        return new SessionId(browser.get("/page").body());
    }

    @Test
    void aLoginOpensASessionAndReturnsToThePageThatAskedForIt() throws Exception {
        assertThat(location(browser.get("/page?a=b"))).isEqualTo("/login?return_to=%2Fpage%3Fa%3Db");
        var back = browser.get(browser.atProvider("alice", "/page?a=b"));
        assertThat(back.statusCode()).isEqualTo(303);
        assertThat(location(back)).isEqualTo("/page?a=b");
        assertThat(back.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .contains("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86399")
                .startsWith("countersign=");
        var session = deployment.sessions.find(session()).orElseThrow();
        assertThat(session.principal()).hasToString("User::\"alice\"");
        assertThat(session.groups()).containsExactly("treasury");
        assertThat(session.client()).isEqualTo("countersign");
        assertThat(deployment.evidenceOf("login.succeeded")).isEqualTo(1);
    }

    @Test
    void theProviderIsAskedWithStateNonceAndPkce() throws Exception {
        var start = browser.get("/login?prompt=login&max_age=60&login_hint=alice");
        assertThat(location(start)).startsWith(deployment.providerIssuer + "/authorize?");
        assertThat(parameter(start, "redirect_uri")).isEqualTo(deployment.origin + "/login/callback");
        assertThat(parameter(start, "code_challenge_method")).isEqualTo("S256");
        assertThat(parameter(start, "code_challenge")).matches(Opaque::hasForm);
        assertThat(parameter(start, "nonce")).matches(Opaque::hasForm);
        assertThat(parameter(start, "state")).matches(Opaque::hasForm);
        assertThat(parameter(start, "prompt") + parameter(start, "max_age") + parameter(start, "login_hint"))
                .isEqualTo("login60alice");
    }

    @Test
    void aTamperedStateIsRefused() throws Exception {
        var callback = browser.atProvider("alice", "/page");
        var state = callback.replaceFirst("state=[^&]*", "state=" + "A".repeat(43));
        assertThat(browser.get(state).statusCode()).isEqualTo(400);
        assertThat(browser.cookies).doesNotContainKey("countersign");
    }

    @Test
    void aLoginBegunInAnotherBrowserIsRefused() throws Exception {
        var callback = new Browser(deployment).atProvider("mallory", "/page");
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
        browser.get("/login");
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
        assertThat(browser.cookies).doesNotContainKey("countersign");
    }

    @Test
    void aCallbackWorksOnce() throws Exception {
        var callback = browser.atProvider("alice", "/page");
        assertThat(browser.get(callback).statusCode()).isEqualTo(303);
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
    }

    @Test
    void aLoginOfMoreThanTenMinutesIsRefused() throws Exception {
        var callback = browser.atProvider("alice", "/page");
        deployment.advance(LoginAttempts.LIFE.plus(Duration.ofSeconds(1)));
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
    }

    @Test
    void twoTabsLogInAtOnce() throws Exception {
        var first = browser.atProvider("alice", "/page?tab=1");
        var second = browser.atProvider("alice", "/page?tab=2");
        assertThat(location(browser.get(first))).isEqualTo("/page?tab=1");
        assertThat(location(browser.get(second))).isEqualTo("/page?tab=2");
    }

    @Test
    void eachLoginGetsANewCookieAndEndsTheSessionOfTheOldOne() throws Exception {
        var fixed = "A".repeat(43);
        browser.cookies.put("countersign", fixed);
        browser.logIn("alice");
        var first = browser.cookies.get("countersign");
        var session = session();
        assertThat(first).isNotEqualTo(fixed);
        browser.logIn("alice");
        assertThat(browser.cookies.get("countersign")).isNotEqualTo(first);
        assertThat(deployment.sessions.find(session))
                .hasValueSatisfying(old -> assertThat(old.state()).isEqualTo(SessionState.ENDED));
        browser.cookies.put("countersign", first);
        assertThat(location(browser.get("/page"))).startsWith("/login?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "https://evil.example",
                "/\\evil.example",
                "\\/evil.example",
                "/a\r\nSet-Cookie:x=y",
                "/\t/evil.example",
                "page",
                "/ä",
                "/a#b"
            })
    void itReturnsToOwnPathsOnly(String returnTo) throws Exception {
        assertThat(browser.get("/login?" + Parameters.pair("return_to", returnTo))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"return_to=/a&return_to=/b", "provider=7", "provider=x", "max_age=-1", "prompt=none"})
    void malformedStartsAreRefused(String query) throws Exception {
        assertThat(browser.get("/login?" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void anErrorOfTheProviderIsTold() throws Exception {
        var state = parameter(browser.get("/login"), "state");
        var answer = browser.get("/login/callback?error=access_denied&state=" + state);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("refused the login");
        assertThat(deployment.evidenceOf("session.started")).isZero();
    }

    @Test
    void anAnswerOfAnotherIssuerIsRefused() throws Exception {
        var callback = browser.atProvider("alice", "/page");
        assertThat(browser.get(callback + "&iss=https%3A%2F%2Fevil.example").statusCode())
                .isEqualTo(502);
    }

    @Test
    void aProviderThatIsAwayOpensNothing() throws Exception {
        var callback = browser.atProvider("alice", "/page");
        deployment.provider.shutdown();
        var answer = browser.get(callback);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("cannot be reached");
        assertThat(browser.cookies).doesNotContainKey("countersign");
        assertThat(deployment.evidenceOf("session.started")).isZero();
    }

    @Test
    void aJsonCallerWithoutASessionIsUnauthorized() throws Exception {
        browser.cookies.put("countersign", "nonsense");
        assertThat(browser.post("/logout", "", "Sec-Fetch-Site", "same-origin").statusCode())
                .isEqualTo(200);
        assertThat(location(browser.get("/page"))).startsWith("/login?");
    }

    @Test
    void aLogoutEndsTheSessionAndTheCookie() throws Exception {
        browser.logIn("alice");
        var session = session();
        var cookie = browser.cookies.get("countersign");
        assertThat(browser.post("/logout", "", "Origin", deployment.origin).statusCode())
                .isEqualTo(200);
        assertThat(browser.cookies).doesNotContainKey("countersign");
        assertThat(deployment.sessions.find(session))
                .hasValueSatisfying(old -> assertThat(old.state()).isEqualTo(SessionState.ENDED));
        browser.cookies.put("countersign", cookie);
        assertThat(location(browser.get("/page"))).startsWith("/login?");
    }

    @Test
    void anotherSitesPageCannotLogOut() throws Exception {
        browser.logIn("alice");
        assertThat(browser.post("/logout", "").statusCode()).isEqualTo(403);
        assertThat(browser.post("/logout", "", "Sec-Fetch-Site", "cross-site", "Origin", deployment.origin)
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/logout", "", "Sec-Fetch-Site", "none").statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/logout", "", "Origin", "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(browser.get("/page").statusCode()).isEqualTo(200);
    }

    @Test
    void anApplicationsLogoutAsksFirstAndLeadsBackToItAlone() throws Exception {
        browser.logIn("alice");
        var own = "client_id=bank&post_logout_redirect_uri=" + Parameters.encode("http://localhost:8402/bye");
        assertThat(browser.get("/logout?" + own).body()).contains("Log out?");
        assertThat(browser.get("/page").statusCode()).isEqualTo(200);
        assertThat(browser.post("/logout", own, "Sec-Fetch-Site", "same-origin").body())
                .contains("href=\"http://localhost:8402/bye\"");
        for (var foreign :
                new String[] {"https://evil.example/", "http://localhost:8402@evil.example/", "javascript:x"}) {
            var asked = "client_id=bank&post_logout_redirect_uri=" + Parameters.encode(foreign);
            assertThat(browser.get("/logout?" + asked).statusCode()).isEqualTo(400);
            assertThat(browser.post("/logout", asked, "Sec-Fetch-Site", "same-origin")
                            .body())
                    .doesNotContain("evil.example", "javascript:");
        }
    }
}
