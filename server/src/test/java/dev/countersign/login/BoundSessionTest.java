package dev.countersign.login;

import static dev.countersign.login.BoundBrowser.BOUND;
import static dev.countersign.login.BoundBrowser.LONG;
import static dev.countersign.login.Browser.location;
import static dev.countersign.login.Browser.parameter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Binding;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.store.Database.Engine;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Browser sessions bound to a key: the owner's way through, and a thief's with copies of the cookies. */
@ParameterizedClass
@EnumSource(Engine.class)
final class BoundSessionTest {
    private static final Duration FRESH = Duration.ofSeconds(61);
    private static final Duration COOKIE = Duration.ofMinutes(5).plusSeconds(1);

    private final LoginDeployment deployment;
    private final BoundBrowser alice;

    BoundSessionTest(Engine engine) {
        deployment = new LoginDeployment(engine, true);
        alice = new BoundBrowser(deployment);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    /** Another machine with everything that Alice's cookie jar held. */
    private BoundBrowser thief() {
        var thief = new BoundBrowser(deployment);
        thief.browser.cookies.putAll(alice.browser.cookies);
        thief.session = alice.session;
        return thief;
    }

    private Session session() {
        return deployment.sessions.find(new SessionId(alice.session)).orElseThrow();
    }

    private void assertSuspended(String reason) {
        assertThat(session().state()).isEqualTo(SessionState.SUSPENDED);
        assertThat(session().stateReason())
                .startsWith("A copy of the browser's cookie: ")
                .contains(reason);
        assertThat(deployment.evidenceOf("session.suspended")).isEqualTo(1);
        assertThat(deployment.sessions.signals(session().id())).isNotEmpty();
    }

    @Test
    void registrationBindsTheSessionOfTheLogin() throws Exception {
        alice.bind("alice");
        assertThat(session().binding())
                .isEqualTo(new Binding.DbscKey(alice.key.computeThumbprint().toString()));
        assertThat(session().binding().kind()).isEqualTo("dbsc");
        assertThat(alice.browser.cookies).containsKey(BOUND);
        assertThat(alice.page().statusCode()).isEqualTo(200);
        assertThat(deployment.evidenceOf("session.bound")).isEqualTo(1);
    }

    @Test
    void theRegistrationSaysWhatTheBrowserShallGuard() throws Exception {
        var answer = alice.register(alice.logIn("alice"));
        assertThat(answer.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith(BOUND + "=")
                .endsWith("; Max-Age=300; Path=/; Secure; HttpOnly; SameSite=Lax");
        assertThat(answer.body())
                .contains("\"refresh_url\":\"/dbsc/refresh\"")
                .contains("\"origin\":\"" + deployment.issuer + "\",\"include_site\":false")
                .contains("\"name\":\"" + BOUND + "\",\"attributes\":\"Path=/; Secure; HttpOnly; SameSite=Lax\"")
                .contains("\"allowed_refresh_initiators\":[\"localhost\"]");
    }

    @Test
    void aBrowserWithoutDbscGoesOnUnbound() throws Exception {
        assertThat(alice.logIn("alice")).startsWith("(ES256 RS256);path=\"/dbsc/registration\";challenge=");
        alice.session = alice.page().body();
        deployment.advance(FRESH);
        assertThat(alice.act("a").body()).isEqualTo("a");
        assertThat(session().binding()).isEqualTo(new Binding.None());
    }

    @Test
    void aKeyOnceRegisteredStays() throws Exception {
        var offer = alice.logIn("alice");
        assertThat(alice.register(offer).statusCode()).isEqualTo(200);
        var other = thief();
        assertThat(other.register(offer).statusCode()).isEqualTo(409);
    }

    @Test
    void ofParallelRegistrationsOneSucceeds() throws Exception {
        var offer = alice.logIn("alice");
        var succeeded = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> status(thief(), offer))
                .filter(status -> status == 200)
                .count();
        assertThat(succeeded).isEqualTo(1);
        assertThat(deployment.evidenceOf("session.bound")).isEqualTo(1);
    }

    private static int status(BoundBrowser browser, String offer) {
        try {
            return browser.register(offer).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anOfferIsForItsLoginAndForTwoMinutes() throws Exception {
        var offer = alice.logIn("alice");
        var bob = new BoundBrowser(deployment);
        bob.logIn("bob");
        assertThat(bob.register(offer).statusCode())
                .as("with another session's cookie")
                .isEqualTo(400);
        deployment.advance(Duration.ofMinutes(2));
        assertThat(alice.register(offer).statusCode()).as("too late").isEqualTo(400);
    }

    @Test
    void theBoundCookieEndsAndAProofBringsANewOne() throws Exception {
        alice.bind("alice");
        deployment.advance(COOKIE);
        alice.browser.cookies.remove(BOUND); // as browsers do when Max-Age is over
        assertThat(alice.refresh().statusCode()).isEqualTo(200);
        assertThat(alice.page().statusCode()).isEqualTo(200);
        assertThat(deployment.evidenceOf("session.proved")).isEqualTo(1);
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
    }

    @Test
    void aProtectedActionForcesAProofAndThenHappensOnce() throws Exception {
        alice.bind("alice");
        assertThat(alice.act("proved at registration").statusCode()).isEqualTo(200);
        deployment.advance(FRESH);
        var held = alice.act("pay");
        assertThat(held.statusCode()).isEqualTo(307);
        assertThat(location(held)).isEqualTo("/act");
        assertThat(alice.browser.cookies).doesNotContainKey(BOUND);
        alice.refresh();
        assertThat(alice.act("pay").body()).isEqualTo("pay");
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
    }

    @Test
    void aCopyIsRefusedAtItsFirstProtectedActionAndTheSessionSuspended() throws Exception {
        alice.bind("alice");
        deployment.advance(FRESH);
        var thief = thief();
        assertThat(thief.act("pay").statusCode()).isEqualTo(307);
        assertThat(thief.act("pay").statusCode()).isEqualTo(401);
        assertSuspended("without a proof of the browser's key");
    }

    @Test
    void aCopyThatKeepsTheCookieThatWasTakenAwayIsSuspendedToo() throws Exception {
        alice.bind("alice");
        deployment.advance(FRESH);
        var bound = alice.browser.cookies.get(BOUND);
        var thief = thief();
        for (var i = 0; i < 5; i++) {
            assertThat(thief.act("pay").statusCode())
                    .as("as parallel requests of a page")
                    .isEqualTo(307);
            thief.browser.cookies.put(BOUND, bound);
        }
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
        deployment.advance(Duration.ofSeconds(30));
        assertThat(thief.act("pay").statusCode()).isEqualTo(401);
        assertSuspended("after it was taken away");
    }

    @Test
    void theLongCookieAloneActsForNothing() throws Exception {
        alice.bind("alice");
        deployment.advance(FRESH);
        var thief = thief();
        thief.browser.cookies.remove(BOUND);
        assertThat(location(thief.page())).startsWith("/login?");
        assertSuspended("without a proof of the browser's key");
    }

    @Test
    void anInventedBoundCookieIsNone() throws Exception {
        alice.bind("alice");
        deployment.advance(FRESH);
        var thief = thief();
        thief.browser.cookies.put(BOUND, "A".repeat(43));
        assertThat(thief.act("pay").statusCode()).isEqualTo(401);
        assertSuspended("without a proof");
    }

    @Test
    void aCopyEndsWithTheBoundCookiesLife() throws Exception {
        alice.bind("alice");
        var thief = thief();
        assertThat(thief.page().statusCode()).as("reads, as documented").isEqualTo(200);
        deployment.advance(COOKIE);
        assertThat(location(thief.page())).startsWith("/login?");
        assertSuspended("without a proof");
    }

    @Test
    void aCopyUsedBesideTheOwnersNewerCookieSuspends() throws Exception {
        alice.bind("alice");
        var thief = thief();
        deployment.advance(Duration.ofMinutes(1));
        alice.refresh();
        assertThat(thief.page().statusCode())
                .as("the newer one has not been seen")
                .isEqualTo(200);
        assertThat(alice.page().statusCode()).isEqualTo(200);
        assertThat(thief.page().statusCode()).as("could still be a slow tab").isEqualTo(200);
        deployment.advance(Duration.ofSeconds(30));
        assertThat(location(thief.page())).startsWith("/login?");
        assertSuspended("an earlier bound cookie");
    }

    @Test
    void aLostAnswerToARefreshIsNoSign() throws Exception {
        alice.bind("alice");
        var before = alice.browser.cookies.get(BOUND);
        deployment.advance(Duration.ofMinutes(2));
        alice.refresh();
        alice.browser.cookies.put(BOUND, before); // the answer never arrived
        deployment.advance(Duration.ofMinutes(2));
        assertThat(alice.page().statusCode()).isEqualTo(200);
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
    }

    @Test
    void aRefreshByAnotherKeyWithTheCookieSuspends() throws Exception {
        alice.bind("alice");
        var thief = thief();
        assertThat(thief.refresh().statusCode()).isEqualTo(401);
        assertSuspended("a refresh was tried without its key");
    }

    @Test
    void whoOnlyKnowsTheSessionsNameSuspendsNothing() throws Exception {
        alice.bind("alice");
        var stranger = new BoundBrowser(deployment);
        stranger.session = alice.session;
        assertThat(stranger.refresh().statusCode()).isEqualTo(401);
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
        assertThat(session().signals()).isEqualTo(1);
    }

    @Test
    void theOwnerProvesAndStepsUpOutOfASuspension() throws Exception {
        alice.bind("alice");
        deployment.advance(FRESH);
        var thief = thief();
        thief.act("pay");
        thief.act("pay");
        alice.browser.cookies.remove(BOUND);
        assertThat(alice.refresh().statusCode())
                .as("with the key, while suspended")
                .isEqualTo(200);
        assertThat(alice.act("step up").statusCode()).isEqualTo(200);
        deployment.sessions.raise(session().id(), new Assurance(Acr.PHR, Set.of("hwk"), deployment.now()));
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
        assertThat(alice.page().statusCode()).isEqualTo(200);
    }

    @Test
    void aProofIsTakenOnceAndForItsSessionOnly() throws Exception {
        alice.bind("alice");
        var proof = alice.proof(alice.challenge());
        assertThat(alice.refreshWith(proof).statusCode()).isEqualTo(200);
        assertThat(alice.refreshWith(proof).statusCode())
                .as("replayed: a new challenge")
                .isEqualTo(403);
        assertThat(session().signals()).isEqualTo(1);
        var bob = new BoundBrowser(deployment).bind("bob");
        assertThat(alice.refreshWith(alice.proof(bob.challenge())).statusCode())
                .as("challenge of another session")
                .isEqualTo(403);
        var challenge = alice.challenge();
        deployment.advance(Duration.ofMinutes(2));
        assertThat(alice.refreshWith(alice.proof(challenge)).statusCode())
                .as("too old")
                .isEqualTo(403);
    }

    @Test
    void ofParallelRefreshesWithOneProofOneSucceeds() throws Exception {
        alice.bind("alice");
        var proof = alice.proof(alice.challenge());
        var succeeded = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> {
                    try {
                        var same = thief();
                        same.browser.cookies.clear();
                        return same.refreshWith(proof).statusCode();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .filter(status -> status == 200)
                .count();
        assertThat(succeeded).isEqualTo(1);
    }

    @Test
    void proofsAreCountedAndTheRestToldToWait() throws Exception {
        alice.bind("alice");
        for (var i = 1; i < 60; i++) {
            assertThat(alice.refresh().statusCode()).isEqualTo(200);
        }
        assertThat(alice.refresh().statusCode())
                .as("429 ends no session in the browser")
                .isEqualTo(429);
        deployment.advance(Duration.ofMinutes(1).plusSeconds(1));
        assertThat(alice.refresh().statusCode()).isEqualTo(200);
    }

    @Test
    void logoutEndsTheBrowsersPartToo() throws Exception {
        alice.bind("alice");
        var answer = alice.browser.post("/logout", "", "Sec-Fetch-Site", "same-origin");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(alice.browser.cookies).doesNotContainKeys(BOUND, LONG);
        assertThat(alice.refreshWith(null).statusCode())
                .as("4xx: the browser forgets")
                .isEqualTo(410);
        assertThat(session().state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void aNewLoginHasASessionAndAKeyOfItsOwn() throws Exception {
        alice.bind("alice");
        var first = alice.session;
        alice.bind("alice");
        assertThat(alice.session).isNotEqualTo(first);
        assertThat(deployment.sessions.find(new SessionId(first)).orElseThrow().state())
                .isEqualTo(SessionState.ENDED);
        assertThat(alice.page().body()).isEqualTo(alice.session);
    }

    @Test
    void aLinkFromAnotherSiteLetsTheBrowserProveFirst() throws Exception {
        alice.bind("alice");
        deployment.advance(COOKIE);
        alice.browser.cookies.remove(BOUND);
        var page = alice.browser.get("/page?a=b", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Refresh")).hasValue("0;url=/page?a=b");
        assertThat(page.body()).doesNotContain(alice.session);
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
    }

    @Test
    void aBrowserThatSaysItCouldNotProveIsRefusedButNotSuspected() throws Exception {
        alice.bind("alice");
        deployment.advance(COOKIE);
        alice.browser.cookies.remove(BOUND);
        var answer = alice.browser.get(
                "/page",
                "Sec-Fetch-Site",
                "same-origin",
                "Accept",
                "application/json",
                "Secure-Session-Skipped",
                "quota_exceeded;session_identifier=\"" + alice.session + "\"");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("60");
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
        assertThat(session().signals()).isEqualTo(1);
    }

    @Test
    void aRequestSentBeforeTheFirstBoundCookieIsSentAgain() throws Exception {
        alice.bind("alice");
        alice.browser.cookies.remove(BOUND);
        assertThat(alice.page().statusCode()).isEqualTo(307);
        assertThat(session().state()).isEqualTo(SessionState.ACTIVE);
    }

    @Test
    void onceTheFirstBoundCookieWasSentACopyWithoutItIsSuspectAtOnce() throws Exception {
        alice.bind("alice");
        alice.page();
        deployment.advance(Duration.ofSeconds(2));
        var thief = thief();
        thief.browser.cookies.remove(BOUND);
        assertThat(location(thief.page())).startsWith("/login?");
        assertSuspended("without a proof");
    }

    @Test
    void aFreshProofLetsAnApplicationBindItsKey() throws Exception {
        alice.bind("alice");
        deployment.advance(FRESH);
        var request = "/oauth/authorize?response_type=code&client_id=bank&state=xyz&redirect_uri="
                + Parameters.encode(LoginDeployment.REDIRECT_URI) + "&code_challenge="
                + Opaque.challenge("v".repeat(43)) + "&code_challenge_method=S256&dpop_jkt=" + "k".repeat(43);
        var held = alice.browser.get(request);
        assertThat(held.statusCode()).isEqualTo(307);
        assertThat(location(held)).isEqualTo(request);
        var thief = thief();
        thief.browser.cookies.remove(BOUND);
        alice.refresh();
        assertThat(parameter(alice.browser.get(request), "code")).isNotEmpty();
        deployment.advance(FRESH);
        assertThat(parameter(alice.browser.get(request), "code"))
                .as("the key that it has")
                .isNotEmpty();
        assertThat(location(thief.browser.get(request))).startsWith("/login?");
        assertSuspended("without a proof");
    }
}
