package dev.countersign.lab.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.Countersign;
import dev.countersign.Settings;
import dev.countersign.SignalSettings;
import dev.countersign.client.DpopKey;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.Ports;
import dev.countersign.lab.person.Hop;
import dev.countersign.session.Acr;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Keycloak itself is the identity provider: people fill in its forms, administrators use its API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeycloakTest {
    private static final Pattern PROVIDER_LINK = Pattern.compile("id=\"provider\" href=\"([^\"]+)\"");
    private static final String VERIFIER = "a-verifier-of-forty-three-characters-or-more";
    private static final String SIGNALS_CLIENT = "countersign-signals";
    private static final URI APP = URI.create("http://localhost:1/app");

    private final OneTimeCodes alicesCodes = new OneTimeCodes("alice-otp-secret-20b");
    private final OneTimeCodes bobsCodes = new OneTimeCodes("bob-otp-secret-20bytes");
    private final URI issuer = Ports.any().issuer();
    private Keycloak keycloak;
    private KeycloakAdmin admin;
    private Countersign countersign;
    private SessionRows sessions;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        keycloak = Keycloak.start(issuer);
        admin = new KeycloakAdmin(keycloak.base());
        admin.allowSignals(SIGNALS_CLIENT);
        sessions = new SessionRows(data);
        countersign = Countersign.start(settings(data).with(signals()));
        sessions.awaitStream("keycloak");
    }

    @AfterAll
    void stop() {
        if (countersign != null) {
            countersign.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    private Settings settings(Path data) {
        var home = Home.find();
        return new Settings(
                issuer,
                "localhost",
                issuer.getPort(),
                data,
                null,
                null,
                null,
                null,
                Settings.Policies.of(home.resolve("policies/bank")),
                home.resolve("transaction-types"),
                List.of(new Settings.IdentityProvider(
                        keycloak.issuer(),
                        "countersign",
                        "secret of a test realm",
                        List.of("bank-app"),
                        "preferred_username",
                        "groups",
                        Map.of("otp", Acr.MFA))),
                List.of(new Settings.Client("bank-app", List.of(APP), null)),
                List.of(),
                new Settings.Webauthn("localhost", "Countersign", List.of(issuer)),
                Settings.Lifetimes.standard());
    }

    /** Our stream at Keycloak: Countersign creates and verifies it, Keycloak pushes. */
    private SignalSettings signals() {
        var access = new SignalSettings.Access.Credentials(
                URI.create(keycloak.issuer() + "/protocol/openid-connect/token"),
                SIGNALS_CLIENT,
                "another secret of a test realm",
                "ssf.read ssf.manage");
        var transmitter = new SignalSettings.Transmitter(
                "keycloak",
                keycloak.issuer(),
                issuer.toString(),
                SignalSettings.Delivery.PUSH,
                Set.of(keycloak.issuer().toString()),
                null,
                "Bearer what Keycloak shows when it pushes",
                access,
                true,
                null,
                SignalSettings.Transmitter.MAX_AGE);
        return new SignalSettings(List.of(transmitter), List.of(), List.of());
    }

    private KeycloakPerson alice() {
        return new KeycloakPerson("alice", alicesCodes);
    }

    private KeycloakPerson bob() {
        return new KeycloakPerson("bob", bobsCodes);
    }

    private URI at(String path) {
        return issuer.resolve(path);
    }

    /** Logs in; the id of the session that it opened. */
    private String logIn(KeycloakPerson person) throws Exception {
        var page = person.visit(at("/login?return_to=/approvals"), uri -> false);
        assertThat(page.uri()).isEqualTo(at("/approvals"));
        assertThat(page.status()).isEqualTo(200);
        return sessions.newest().id();
    }

    /** Where the link of the step-up page leads that offers the identity provider. */
    private URI providerLink(KeycloakPerson person, String query) throws Exception {
        var page = person.visit(at("/step-up?" + query), uri -> false);
        var link = PROVIDER_LINK.matcher(page.body());
        assertThat(link.find()).as(page.body()).isTrue();
        return at(link.group(1).replace("&amp;", "&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Test
    void aLoginOpensASessionWithWhatKeycloakSays() throws Exception {
        var alice = alice();
        logIn(alice);
        assertThat(alice.asked()).isEqualTo("1 passwords, 0 codes");
        var session = sessions.newest();
        assertThat(session.principal()).isEqualTo("alice");
        assertThat(session.client()).isEqualTo("countersign");
        assertThat(session.groups()).isEqualTo("[\"treasury\"]");
        assertThat(session.acr()).isEqualTo(Acr.BASE);
        assertThat(session.amr()).isEqualTo("[\"pwd\"]");
        assertThat(session.authenticatedAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(session.state()).isEqualTo("ACTIVE");
    }

    @Test
    void aStepUpAtKeycloakRaisesThisSessionOnly() throws Exception {
        var elsewhere = logIn(alice());
        var alice = alice();
        var session = logIn(alice);
        var link = providerLink(alice, "acr_values=" + Acr.MFA + "&max_age=300&return_to=%2Fapprovals");
        var page = alice.click(link, uri -> false);
        assertThat(page.uri()).isEqualTo(at("/approvals"));
        assertThat(alice.asked()).isEqualTo("1 passwords, 1 codes");
        assertThat(sessions.of(session).stepUp()).isEqualTo(Acr.MFA);
        assertThat(sessions.of(elsewhere).stepUp()).isNull();
    }

    @Test
    void anotherSitesLinkRaisesNothing() throws Exception {
        var alice = alice();
        var session = logIn(alice);
        var link = providerLink(alice, "acr_values=" + Acr.MFA);
        var page = alice.visit(link, uri -> false);
        assertThat(page.uri().getPath()).isEqualTo("/step-up");
        assertThat(sessions.of(session).stepUp()).isNull();
    }

    @Test
    void aPersonWhoStripsTheClassFromTheRequestIsNotRaised() throws Exception {
        var alice = alice();
        var session = logIn(alice);
        var toKeycloak = alice.click(providerLink(alice, "acr_values=" + Acr.MFA), uri -> true)
                .location()
                .orElseThrow();
        var page = alice.visit(
                URI.create(toKeycloak.toString().replaceAll("&(acr_values|max_age)=[^&]*", "")), uri -> false);
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("did not confirm you as strongly");
        assertThat(sessions.of(session).stepUp()).isNull();
    }

    @Test
    void anotherPersonsStepUpIsRefused() throws Exception {
        var alice = alice();
        var session = logIn(alice);
        var bob = bob();
        bob.browser.plant(issuer, "countersign", alice.browser.cookies(issuer).get("countersign"));
        var page = bob.click(providerLink(bob, "acr_values=" + Acr.MFA), uri -> false);
        assertThat(bob.asked()).isEqualTo("1 passwords, 1 codes");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("Another person confirmed");
        assertThat(sessions.of(session).stepUp()).isNull();
    }

    @Test
    void anApplicationThatAsksForMoreSendsThePersonThroughKeycloak() throws Exception {
        var alice = alice();
        var asked = "/oauth/authorize?response_type=code&client_id=bank-app&redirect_uri=" + encode(APP.toString())
                + "&code_challenge=" + challenge() + "&code_challenge_method=S256&dpop_jkt="
                + DpopKey.generate(InstantSource.system()).thumbprint() + "&acr_values=" + encode(Acr.MFA)
                + "&max_age=300";
        var page = alice.visit(at(asked), this::isApp);
        var link = PROVIDER_LINK.matcher(page.body());
        assertThat(link.find()).as(page.body()).isTrue();
        var back = alice.click(at(link.group(1).replace("&amp;", "&")), this::isApp);
        assertThat(back.location().orElseThrow().getQuery()).contains("code=");
        assertThat(alice.asked()).isEqualTo("1 passwords, 1 codes");
    }

    private boolean isApp(URI uri) {
        return uri.toString().startsWith(APP.toString());
    }

    private static String challenge() throws Exception {
        var hash = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    @Test
    void anIdTokenOfTheMobileAppIsExchangedOnceAndItsAccessTokenNever() throws Exception {
        var tokens = tokensOfTheApp(alice());
        var idToken = tokens.json().path("id_token").stringValue();
        var accessToken = tokens.json().path("access_token").stringValue();
        var key = DpopKey.generate(InstantSource.system());

        var opened = exchange(key, idToken);
        assertThat(opened.status()).as(opened.body()).isEqualTo(200);
        assertThat(opened.json().path("token_type").stringValue()).isEqualTo("DPoP");
        assertThat(sessions.newest().client()).isEqualTo("bank-app");
        assertThat(sessions.newest().principal()).isEqualTo("alice");

        assertThat(exchange(key, idToken).body()).contains("invalid_grant", "used before");
        // same issuer, key, audience and header type: only Keycloak's own claim tells what it is
        assertThat(exchange(key, accessToken).body()).contains("invalid_grant");
    }

    @Test
    void oneSessionEndedAtKeycloakEndsOneHere() throws Exception {
        var elsewhere = logIn(bob());
        var session = logIn(bob());
        admin.endSession(sessions.of(session).providerSession());
        assertThat(sessions.await(session, "ENDED").reason()).contains("logout at the identity provider");
        assertThat(sessions.of(elsewhere).state()).isEqualTo("ACTIVE");
    }

    @Test
    void anAccountThatIsDisabledAndLoggedOutAtKeycloakIsOutHereAndStaysOut() throws Exception {
        var first = logIn(bob());
        var second = logIn(bob());
        admin.setEnabled("bob", false); // Keycloak tells nobody of this alone
        admin.logOut("bob");
        sessions.await(first, "ENDED");
        sessions.await(second, "ENDED");
        try {
            var refused = new KeycloakPerson("bob", bobsCodes).visitOnce(at("/login"));
            assertThat(refused.uri().getPath()).startsWith("/realms/bank/");
            assertThat(refused.body()).contains("Account is disabled");
        } finally {
            admin.setEnabled("bob", true);
        }
    }

    @Test
    void aSessionThatOnlyTheSignalNamesEndsByTheSignal() throws Exception {
        var phone = alice();
        var opened = exchange(
                DpopKey.generate(InstantSource.system()),
                tokensOfTheApp(phone).json().path("id_token").stringValue());
        assertThat(opened.status()).isEqualTo(200);
        var session = sessions.newest().id();
        admin.logOut(
                "alice"); // the app's client has no back-channel logout: session-revoked of the user's sessions, all
        assertThat(sessions.await(session, "ENDED").reason()).contains("session revoked");
    }

    @Test
    void aPasswordThatAnAdministratorResetsSuspendsTheSession() throws Exception {
        var session = logIn(bob());
        admin.resetPassword("bob", "bob-password");
        assertThat(sessions.await(session, "SUSPENDED").reason()).contains("credential update: password");
    }

    /** The code flow of a public client, as an app on a phone does it. */
    private Hop tokensOfTheApp(KeycloakPerson person) throws Exception {
        var back = person.visit(
                URI.create(keycloak.issuer() + "/protocol/openid-connect/auth?response_type=code&client_id=bank-app"
                        + "&scope=openid&redirect_uri=" + encode(APP.toString()) + "&code_challenge=" + challenge()
                        + "&code_challenge_method=S256"),
                this::isApp);
        var query = back.location().orElseThrow().getRawQuery();
        var code = Pattern.compile("(?:^|&)code=([^&]+)").matcher(query);
        assertThat(code.find()).as(query).isTrue();
        var fields = Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                "bank-app",
                "code",
                code.group(1),
                "redirect_uri",
                APP.toString(),
                "code_verifier",
                VERIFIER);
        return person.browser.send(
                "POST",
                URI.create(keycloak.issuer() + "/protocol/openid-connect/token"),
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                KeycloakPerson.form(fields));
    }

    private Hop exchange(DpopKey key, String token) {
        var first = exchange(key, token, null);
        return exchange(key, token, first.header("DPoP-Nonce").orElseThrow());
    }

    private Hop exchange(DpopKey key, String token, @org.jspecify.annotations.Nullable String nonce) {
        var endpoint = at("/oauth/token");
        var fields = Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                "client_id", "bank-app",
                "subject_token", token,
                "subject_token_type", "urn:ietf:params:oauth:token-type:id_token");
        var headers = Map.of(
                "Content-Type", "application/x-www-form-urlencoded", "DPoP", key.proof("POST", endpoint, null, nonce));
        return alice().browser.send("POST", endpoint, headers, KeycloakPerson.form(fields));
    }
}
