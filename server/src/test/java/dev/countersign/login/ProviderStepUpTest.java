package dev.countersign.login;

import static dev.countersign.login.Browser.location;
import static dev.countersign.login.Browser.parameter;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.store.Database.Engine;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Step-ups that the identity provider does, as a browser sees them; the provider is a mock that says what it is told. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ProviderStepUpTest {
    private final LoginDeployment deployment;
    private final Browser browser;

    ProviderStepUpTest(Engine engine) {
        deployment = new LoginDeployment(engine);
        browser = new Browser(deployment);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private SessionId logIn() throws Exception {
        browser.logIn("alice");
        return new SessionId(browser.get("/page").body());
    }

    private Session session(SessionId id) {
        return deployment.sessions.find(id).orElseThrow();
    }

    private static String link(SessionId session, String more) {
        return "/step-up/provider?session=" + session.value() + "&acr_values=" + Parameters.encode(Acr.MFA)
                + "&return_to=%2Fpage" + more;
    }

    private static String claims(String acr, Instant authenticated) {
        return "{\"acr\":\"" + acr + "\",\"auth_time\":" + authenticated.getEpochSecond() + "}";
    }

    private HttpResponse<String> stepUp(SessionId session, String more, String person, String claims) throws Exception {
        return browser.get(browser.answer(location(browser.click(link(session, more))), person, claims));
    }

    private void isRefused(HttpResponse<String> answer, SessionId session, String because) {
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains(because);
        assertThat(session(session).stepUp()).isNull();
    }

    @Test
    void theProviderIsAskedForTheClassAndTheAge() throws Exception {
        var toProvider = browser.click(link(logIn(), "&max_age=60"));
        assertThat(parameter(toProvider, "acr_values")).isEqualTo("gold");
        assertThat(parameter(toProvider, "max_age")).isEqualTo("60");
    }

    @Test
    void whatTheProviderReachedIsTheSessionsAndNoOthers() throws Exception {
        var other = new Browser(deployment);
        other.logIn("alice");
        var elsewhere = new SessionId(other.get("/page").body());
        var session = logIn();
        var now = deployment.now();
        var back = stepUp(session, "", "alice", claims("gold", now));
        assertThat(location(back)).isEqualTo("/page");
        var raised = requireNonNull(session(session).stepUp());
        assertThat(raised.acr()).isEqualTo(Acr.MFA);
        assertThat(raised.at()).isEqualTo(Instant.ofEpochSecond(now.getEpochSecond()));
        assertThat(session(elsewhere).stepUp()).isNull();
        assertThat(deployment.evidenceOf("session.raised")).isEqualTo(1);
        assertThat(browser.get("/page").body()).isEqualTo(session.value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"silver", "urn:countersign:acr:phr", "urn:countersign:acr:mfa", ""})
    void aClassThatCountsForLessOrForNothingRaisesNothing(String acr) throws Exception {
        var session = logIn();
        isRefused(stepUp(session, "", "alice", claims(acr, deployment.now())), session, "as strongly as this needs");
        assertThat(deployment.sessions.signals(session))
                .singleElement()
                .satisfies(signal -> assertThat(signal.kind()).isEqualTo("step_up_failed"));
    }

    @Test
    void anOldAuthenticationRaisesNothing() throws Exception {
        var session = logIn();
        var old = deployment.now().minusSeconds(61);
        isRefused(stepUp(session, "&max_age=60", "alice", claims("gold", old)), session, "did not ask you");
    }

    @Test
    void anAuthenticationOfThisMomentMeetsMaxAgeZeroAndOneBeforeDoesNot() throws Exception {
        var session = logIn();
        var before = deployment.now().minus(AuthorizeRequest.MIN_MAX_AGE).minusSeconds(1);
        isRefused(stepUp(session, "&max_age=0", "alice", claims("gold", before)), session, "did not ask you");
        assertThat(location(stepUp(session, "&max_age=0", "alice", claims("gold", deployment.now()))))
                .isEqualTo("/page");
    }

    @Test
    void aTokenThatDoesNotSayWhenRaisesNothing() throws Exception {
        var session = logIn();
        isRefused(stepUp(session, "", "alice", "{\"acr\":\"gold\"}"), session, "cannot be trusted");
    }

    @Test
    void anotherPersonRaisesNothing() throws Exception {
        var session = logIn();
        isRefused(stepUp(session, "", "bob", claims("gold", deployment.now())), session, "Another person");
    }

    @Test
    void aSuspendedSessionStaysSuspended() throws Exception {
        var session = logIn();
        var asked = location(browser.click(link(session, "")));
        deployment.sessions.suspend(session, "a test");
        isRefused(
                browser.get(browser.answer(asked, "alice", claims("gold", deployment.now()))), session, "no such live");
        assertThat(session(session).state()).isEqualTo(SessionState.SUSPENDED);
        assertThat(browser.click(link(session, "")).statusCode()).isEqualTo(403);
    }

    @Test
    void whatIsStrongerAndYoungEnoughIsNotOverwritten() throws Exception {
        var session = logIn();
        var signed = new Assurance(Acr.PHR, Set.of("hwk", "user"), deployment.now());
        deployment.sessions.raise(session, signed);
        assertThat(location(stepUp(session, "", "alice", claims("gold", deployment.now()))))
                .isEqualTo("/page");
        assertThat(session(session).stepUp()).extracting(Assurance::acr).isEqualTo(Acr.PHR);
    }

    @Test
    void anothersSessionDoesNotExistForThisBrowser() throws Exception {
        var bob = new Browser(deployment);
        bob.logIn("bob");
        var bobs = new SessionId(bob.get("/page").body());
        logIn();
        assertThat(browser.click(link(bobs, "")).statusCode()).isEqualTo(403);
    }

    @Test
    void anotherSitesLinkLeadsToThePageThatAsks() throws Exception {
        var session = logIn();
        assertThat(location(browser.get(link(session, "")))).startsWith("/step-up?session=" + session.value());
    }

    @Test
    void aCallbackRaisesOnceAndOnlyInTheBrowserThatAsked() throws Exception {
        var session = logIn();
        var callback =
                browser.answer(location(browser.click(link(session, ""))), "alice", claims("gold", deployment.now()));
        var thief = new Browser(deployment);
        thief.cookies.put("countersign", browser.cookies.get("countersign"));
        assertThat(thief.get(callback).statusCode()).isEqualTo(400);
        assertThat(session(session).stepUp()).isNull();
        assertThat(location(browser.get(callback))).isEqualTo("/page");
        assertThat(browser.get(callback).statusCode()).isEqualTo(400);
    }

    @Test
    void aLoginCannotPassAsAStepUpUnderWay() throws Exception {
        var session = logIn();
        var underWay = link(session, "").replace("/step-up/provider?", "/step-up/provider/under-way?");
        assertThat(browser.get("/login?" + Parameters.pair("return_to", underWay))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acr_values=urn:countersign:acr:phr",
                "acr_values=gold",
                "acr_values=",
                "acr_values=urn:countersign:acr:mfa&max_age=-1",
                "acr_values=urn:countersign:acr:mfa&max_age=1e3",
                "acr_values=urn:countersign:acr:mfa&return_to=//evil.example",
                "acr_values=urn:countersign:acr:mfa&session=x"
            })
    void aMalformedLinkIsRefused(String query) throws Exception {
        var session = logIn();
        var answer = browser.click("/step-up/provider?" + query + "&session=" + session.value());
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void anAuthenticationMayBeAheadOfOurClockButCountsFromNow() throws Exception {
        var session = logIn();
        var ahead = deployment.now().plus(Duration.ofSeconds(20));
        stepUp(session, "", "alice", claims("gold", ahead));
        assertThat(requireNonNull(session(session).stepUp()).at()).isBeforeOrEqualTo(deployment.now());
    }
}
