package dev.countersign.login;

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
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The authorize endpoint and the codes that it gives. */
@ParameterizedClass
@EnumSource(Engine.class)
final class AuthorizeTest {
    private static final String VERIFIER = "v".repeat(43);
    private static final String KEY = "k".repeat(43);
    private static final String REQUEST = "/oauth/authorize?response_type=code&client_id=bank&state=xyz&redirect_uri="
            + Parameters.encode(LoginDeployment.REDIRECT_URI) + "&code_challenge=" + Opaque.challenge(VERIFIER)
            + "&code_challenge_method=S256&dpop_jkt=" + KEY;

    private final LoginDeployment deployment;
    private final Browser browser;

    AuthorizeTest(Engine engine) {
        deployment = new LoginDeployment(engine);
        browser = new Browser(deployment);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String code() throws Exception {
        browser.logIn("alice");
        return parameter(browser.get(REQUEST), "code");
    }

    private Optional<Session> redeem(String code) {
        return redeem(code, VERIFIER, KEY, LoginDeployment.REDIRECT_URI);
    }

    private Optional<Session> redeem(String code, String verifier, String key, String redirectUri) {
        return deployment.login.codeGrants().redeem(code, "bank", redirectUri, verifier, key);
    }

    private static void assertRefused(HttpResponse<String> response, String error) {
        assertThat(location(response)).startsWith(LoginDeployment.REDIRECT_URI + "?error=" + error + "&");
    }

    @Test
    void aLoginLeadsToACodeForABoundSessionOfTheApplication() throws Exception {
        var login = browser.get(REQUEST);
        assertThat(location(login)).startsWith("/login?return_to=%2Foauth%2Fauthorize%3F");
        browser.logIn("alice");
        var back = browser.get(parameter(login, "return_to"));
        assertThat(location(back)).startsWith(LoginDeployment.REDIRECT_URI + "?code=");
        assertThat(parameter(back, "state")).isEqualTo("xyz");
        assertThat(parameter(back, "iss")).isEqualTo(deployment.origin);
        var session = redeem(parameter(back, "code")).orElseThrow();
        assertThat(session.binding()).isEqualTo(new Binding.DpopKey(KEY));
        assertThat(session.client()).isEqualTo("bank");
        assertThat(session.groups()).containsExactly("treasury");
        assertThat(session.parent())
                .isEqualTo(new SessionId(browser.get("/page").body()));
    }

    @Test
    void theSameClientAndKeyContinueTheirSession() throws Exception {
        var first = redeem(code()).orElseThrow();
        var again = redeem(parameter(browser.get(REQUEST), "code")).orElseThrow();
        var other = "o".repeat(43);
        var code = parameter(browser.get(REQUEST.replace(KEY, other)), "code");
        var otherKey =
                redeem(code, VERIFIER, other, LoginDeployment.REDIRECT_URI).orElseThrow();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(otherKey.id()).isNotEqualTo(first.id());
    }

    @Test
    void aCodeUsedTwiceEndsItsSession() throws Exception {
        var code = code();
        var session = redeem(code).orElseThrow();
        assertThat(redeem(code)).isEmpty();
        assertThat(deployment.sessions.find(session.id()).orElseThrow().state()).isEqualTo(SessionState.ENDED);
        assertThat(deployment.evidenceOf("code.replayed")).isEqualTo(1);
    }

    @Test
    void ofParallelRedemptionsOneSucceeds() throws Exception {
        var code = code();
        var succeeded = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> redeem(code))
                .filter(Optional::isPresent)
                .count();
        assertThat(succeeded).isLessThanOrEqualTo(1); // none when a second use ended the session first
        assertThat(deployment.evidenceOf("code.redeemed")).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitTheCodeIsRefusedAndSpoilsNothing() throws Exception {
        var code = code();
        assertThat(redeem(code, "w".repeat(43), KEY, LoginDeployment.REDIRECT_URI))
                .isEmpty();
        assertThat(redeem(code, VERIFIER, "w".repeat(43), LoginDeployment.REDIRECT_URI))
                .isEmpty();
        assertThat(redeem(code, VERIFIER, KEY, LoginDeployment.REDIRECT_URI + "/"))
                .isEmpty();
        assertThat(deployment.login.codeGrants().redeem(code, "other", LoginDeployment.REDIRECT_URI, VERIFIER, KEY))
                .isEmpty();
        assertThat(redeem("x".repeat(43))).isEmpty();
        assertThat(redeem("not a code")).isEmpty();
        assertThat(redeem(code)).isPresent();
    }

    @Test
    void aCodeLivesAMinute() throws Exception {
        var code = code();
        deployment.advance(Codes.LIFE);
        assertThat(redeem(code)).isEmpty();
    }

    @Test
    void aLogoutEndsTheApplicationsSession() throws Exception {
        var session = redeem(code()).orElseThrow();
        browser.post("/logout", "", "Origin", deployment.origin);
        assertThat(deployment.sessions.find(session.id()).orElseThrow().state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void promptNoneNeverAsksThePerson() throws Exception {
        assertRefused(browser.get(REQUEST + "&prompt=none"), "login_required");
        browser.logIn("alice");
        assertThat(parameter(browser.get(REQUEST + "&prompt=none"), "code")).isNotEmpty();
        assertRefused(
                browser.get(REQUEST + "&prompt=none&acr_values=" + Parameters.encode(Acr.PHR)), "interaction_required");
    }

    @Test
    void promptLoginAsksOnce() throws Exception {
        browser.logIn("alice");
        var login = browser.get(REQUEST + "&prompt=login");
        assertThat(parameter(login, "prompt")).isEqualTo("login");
        assertThat(parameter(login, "return_to"))
                .startsWith("/oauth/authorize?")
                .doesNotContain("prompt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acr_values=urn%3Acountersign%3Aacr%3Aphr",
                "max_age=0",
                "acr_values=urn%3Acountersign%3Aacr%3Aphr&max_age=0"
            })
    void aStepUpRaisesTheApplicationsSessionAndTheWayBackWorks(String asked) throws Exception {
        browser.logIn("alice");
        assertThat(parameter(browser.get(REQUEST), "code")).isNotEmpty(); // binds the key while the login is fresh
        deployment.advance(Duration.ofMinutes(2));
        var stepUp = browser.get(REQUEST + "&" + asked);
        assertThat(location(stepUp)).startsWith("/step-up?session=se_");
        var session = new SessionId(parameter(stepUp, "session"));
        assertThat(deployment.sessions.find(session).orElseThrow().client()).isEqualTo("bank");
        assertThat(parameter(stepUp, "acr_values")).isEqualTo(Acr.PHR);
        deployment.sessions.raise(session, new Assurance(Acr.PHR, Set.of("hwk", "user"), deployment.now()));
        deployment.advance(Duration.ofSeconds(10));
        var back = browser.get(parameter(stepUp, "return_to"));
        assertThat(redeem(parameter(back, "code")).orElseThrow().id()).isEqualTo(session);
        deployment.advance(AuthorizeRequest.MIN_MAX_AGE);
        assertThat(location(browser.get(REQUEST + "&max_age=0"))).startsWith("/step-up?");
    }

    @Test
    void anUnreachableClassIsToldToTheApplication() throws Exception {
        browser.logIn("alice");
        assertRefused(browser.get(REQUEST + "&acr_values=urn%3Aother"), "unmet_authentication_requirements");
    }

    @Test
    void aSuspendedSessionLeadsToAStepUp() throws Exception {
        var child = redeem(code()).orElseThrow();
        deployment.sessions.suspend(child.id(), "test");
        assertThat(parameter(browser.get(REQUEST), "session"))
                .isEqualTo(child.id().value());
        var own = new SessionId(browser.get("/page").body());
        deployment.sessions.suspend(own, "test");
        assertThat(parameter(browser.get(REQUEST), "session")).isEqualTo(own.value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client_id=bank",
                "client_id=bank&redirect_uri=https%3A%2F%2Fevil.example%2F",
                "client_id=bank&redirect_uri=http%3A%2F%2Flocalhost%3A8402%2Fcallback%2F",
                "client_id=bank&redirect_uri=http%3A%2F%2Flocalhost%3A8402%2Fcallback%3Fa",
                "client_id=BANK&redirect_uri=http%3A%2F%2Flocalhost%3A8402%2Fcallback",
                "client_id=bank&client_id=bank&redirect_uri=http%3A%2F%2Flocalhost%3A8402%2Fcallback",
                "client_id=bank&redirect_uri=http%3A%2F%2Flocalhost%3A8402%2Fcallback&redirect_uri=https%3A%2F%2Fevil.example",
                "client_id=bank&redirect_uri=http%3A%2F%2Flocalhost%3A8402%2Fcallback%0d%0aX"
            })
    void nobodyIsSentToAnAddressThatIsNotRegistered(String query) throws Exception {
        var answer = browser.get("/oauth/authorize?response_type=code&" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "response_type=code, response_type=token, unsupported_response_type",
        "response_type=code&, '', invalid_request",
        "&code_challenge_method=S256, '', invalid_request",
        "&code_challenge_method=S256, &code_challenge_method=plain, invalid_request",
        "code_challenge=, x=, invalid_request",
        "code_challenge=, code_challenge=short, invalid_request",
        "&dpop_jkt=, &x=, invalid_request",
        "&dpop_jkt=, &dpop_jkt=%21, invalid_request",
        "&dpop_jkt=, &prompt=sideways&dpop_jkt=, invalid_request",
        "&dpop_jkt=, &max_age=-1&dpop_jkt=, invalid_request",
        "&dpop_jkt=, &acr_values=a%20%20b&dpop_jkt=, invalid_request",
        "&dpop_jkt=, &response_mode=fragment&dpop_jkt=, invalid_request",
        "&dpop_jkt=, &request=x&dpop_jkt=, request_not_supported",
        "&dpop_jkt=, &request_uri=x&dpop_jkt=, request_uri_not_supported",
        "&dpop_jkt=, &scope=a%00&dpop_jkt=, invalid_request",
        "&dpop_jkt=, &scope=a&scope=a&dpop_jkt=, invalid_request",
    })
    void badRequestsAreToldToTheApplication(String part, String instead, String error) throws Exception {
        browser.logIn("alice");
        var answer = browser.get(REQUEST.replace(part, instead));
        assertRefused(answer, error);
        assertThat(parameter(answer, "state")).isEqualTo("xyz");
        assertThat(parameter(answer, "iss")).isEqualTo(deployment.origin);
    }

    @Test
    void aRepeatedStateIsNotSentBack() throws Exception {
        var answer = browser.get(REQUEST + "&state=abc");
        assertRefused(answer, "invalid_request");
        assertThat(parameter(answer, "state")).isEmpty();
    }
}
