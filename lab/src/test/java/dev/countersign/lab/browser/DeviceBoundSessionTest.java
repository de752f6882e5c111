package dev.countersign.lab.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.DbscSettings;
import dev.countersign.lab.tls.HttpsDeployment;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cookies bound to a key, in a real Chromium over HTTPS; and copies of them in another one. */
class DeviceBoundSessionTest {
    private static final String BOUND = "__Host-countersign-bound";

    /** Short, so that the test need not wait for minutes. */
    private static final DbscSettings SHORT = new DbscSettings(true, Duration.ofSeconds(6), Duration.ofSeconds(2));

    private static final long MORE_THAN_COOKIE = 6_500; // ms
    private static final long MORE_THAN_REGISTRATION =
            10_500; // ms; until then a missing bound cookie may be a slow request
    private static final long MORE_THAN_FRESH = 2_300; // ms

    @TempDir
    Path home;

    private HttpsDeployment deployment;
    private Playwright playwright;
    private Path chromium;

    @BeforeEach
    void start() throws Exception {
        var found = onPath("chromium");
        assumeTrue(found.isPresent(), "There is no chromium on the PATH, so bound cookies are not tested");
        assumeTrue(
                onPath("certutil").isPresent(),
                "There is no certutil on the PATH (Debian: libnss3-tools), so bound cookies are not tested");
        chromium = found.get();
        deployment = HttpsDeployment.start(SHORT, InstantSource.system(), new SecureRandom());
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    @AfterEach
    void stop() throws Exception {
        if (playwright != null) {
            playwright.close();
        }
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    void theBrowserRegistersAKeyAndRefreshesAndProvesItForAProtectedAction() throws Exception {
        try (var alice = browser("alice")) {
            logIn(alice);
            assertThat(deployment.showsKind("session.bound")).isTrue();
            assertThat(alice.hasCookie(BOUND)).isTrue();

            Thread.sleep(MORE_THAN_COOKIE);
            alice.forgetAnswers();
            alice.page().reload();
            assertThat(alice.page().title()).contains("Approvals");
            assertThat(deployment.evidenceOf("session.proved")).isNotEmpty();

            Thread.sleep(MORE_THAN_FRESH);
            alice.forgetAnswers();
            assertThat(alice.post("/authenticators/options", "{}")).isEqualTo(200);
            assertThat(alice.answers())
                    .as("the same request twice: held back, then with a new proof")
                    .containsSubsequence(
                            "307 POST " + deployment.issuer() + "/authenticators/options",
                            "200 POST " + deployment.issuer() + "/authenticators/options");
            assertThat(deployment.evidenceOf("session.suspended")).isEmpty();
        }
    }

    @Test
    void aCopyInAnotherProfileIsRefusedAtItsFirstProtectedActionAndTheOwnerStepsUp() throws Exception {
        try (var alice = browser("alice");
                var thief = browser("thief")) {
            alice.plugInAuthenticator();
            logIn(alice);
            assertThat(deployment.showsKind("session.bound")).isTrue();
            addAuthenticator(alice);

            Thread.sleep(MORE_THAN_FRESH);
            alice.page().navigate(deployment.issuer() + "/approvals");
            thief.plant(alice.cookies());
            thief.page().navigate(deployment.issuer() + "/approvals");
            assertThat(thief.page().title())
                    .as("reads while the bound cookie lives")
                    .contains("Approvals");

            Thread.sleep(MORE_THAN_FRESH);
            assertThat(thief.post("/authenticators/options", "{}")).isEqualTo(401);
            assertThat(deployment.evidenceOf("session.suspended"))
                    .singleElement()
                    .satisfies(
                            entry -> assertThat(String.valueOf(entry.members().get("reason")))
                                    .startsWith("A copy of the browser's cookie"));

            alice.page().navigate(deployment.issuer() + "/step-up");
            alice.page().locator("#confirm").click();
            alice.page().waitForURL(deployment.issuer() + "/approvals");
            assertThat(deployment.showsKind("session.raised")).isTrue();
            assertThat(alice.post("/authenticators/options", "{}")).isEqualTo(200);
            assertThat(deployment.evidenceOf("session.suspended")).hasSize(1);
        }
    }

    @Test
    void aCopyInAnotherProfileEndsWithTheBoundCookie() throws Exception {
        try (var alice = browser("alice");
                var thief = browser("thief")) {
            logIn(alice);
            assertThat(deployment.showsKind("session.bound")).isTrue();
            thief.plant(alice.cookies());
            Thread.sleep(MORE_THAN_REGISTRATION);
            thief.page().navigate(deployment.issuer() + "/approvals");
            assertThat(thief.page().locator("input[name=username]").isVisible())
                    .as("the identity provider's login")
                    .isTrue();
            assertThat(deployment.evidenceOf("session.suspended")).hasSize(1);
        }
    }

    @Test
    void aLinkFromAnotherSiteIsFollowedAfterAProof() throws Exception {
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var alice = browser("alice")) {
            var link =
                    ("<a id=go href='" + deployment.issuer() + "/approvals'>go</a>").getBytes(StandardCharsets.UTF_8);
            other.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, link.length);
                    exchange.getResponseBody().write(link);
                }
            });
            other.start();
            logIn(alice);
            assertThat(deployment.showsKind("session.bound")).isTrue();
            Thread.sleep(MORE_THAN_REGISTRATION);
            alice.page().navigate("http://127.0.0.1:" + other.getAddress().getPort() + "/");
            alice.forgetAnswers();
            alice.page().locator("#go").click();
            alice.page().waitForCondition(() -> alice.page().title().contains("Approvals"));
            assertThat(deployment.evidenceOf("session.proved")).isNotEmpty();
            assertThat(deployment.evidenceOf("session.suspended")).isEmpty();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void logoutEndsTheSessionInTheBrowserToo() throws Exception {
        try (var alice = browser("alice")) {
            logIn(alice);
            assertThat(deployment.showsKind("session.bound")).isTrue();
            assertThat(alice.post("/logout", "")).isEqualTo(200);
            assertThat(alice.hasCookie(BOUND)).isFalse();
            alice.page().navigate(deployment.issuer() + "/approvals");
            assertThat(alice.page().locator("input[name=username]").isVisible()).isTrue();
            assertThat(deployment.evidenceOf("session.ended")).hasSize(1);

            logIn(alice);
            assertThat(deployment.shows(
                            entry -> deployment.evidenceOf("session.bound").size() == 2))
                    .as("a key of its own for the next login")
                    .isTrue();
        }
    }

    private void addAuthenticator(BoundBrowser browser) {
        browser.page().navigate(deployment.issuer() + "/authenticators");
        browser.page().getByLabel("Name").fill("laptop");
        browser.page()
                .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Add authenticator"))
                .click();
        browser.page().getByText("laptop").waitFor();
    }

    private void logIn(BoundBrowser browser) {
        browser.page().navigate(deployment.issuer() + "/approvals");
        browser.page().locator("input[name=username]").fill("alice");
        browser.page()
                .locator("input[type=submit], button[type=submit]")
                .first()
                .click();
        browser.page().waitForURL(deployment.issuer() + "/approvals");
    }

    private BoundBrowser browser(String name) throws Exception {
        return new BoundBrowser(
                playwright, chromium, home, deployment.authority().authority(), name);
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
