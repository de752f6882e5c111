package dev.countersign.lab.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Playwright;
import dev.countersign.DbscSettings;
import dev.countersign.lab.tls.HttpsDeployment;
import java.io.File;
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
