package dev.countersign.lab.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.countersign.lab.demo.DemoDeployment;
import java.io.File;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The main job as people see it: a real Chromium, with an authenticator in each browser. Pictures of the pages go to
 * the folder in {@code -Dcountersign.pictures}.
 */
class BankInTheBrowserTest {
    private static final String ACCOUNT = "DE89370400440532013000";
    private static final double SIGNED_ORDER_MILLIS = 15_000; // the bank's page looks every two seconds

    @Test
    void aLargePaymentIsSteppedUpCountersignedAndExecuted() {
        var chromium = chromium();
        assumeTrue(chromium.isPresent(), "There is no chromium on the PATH, so the pages are not tested");
        try (var demo = DemoDeployment.start();
                var playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                var browser = launch(playwright, chromium.get());
                var alice = new Person("alice", browser);
                var bob = new Person("bob", browser);
                var carol = new Person("carol", browser)) {
            logsIn(alice, demo);
            paysWithoutFurtherConfirmation(alice);
            alice.addAuthenticator(demo.issuer());
            alice.check("authenticators");
            confirmsWithHerAuthenticator(alice, demo);
            waits(bob, demo);
            waits(carol, demo);
            asksForTwoSignatures(alice);
            opens(carol);
            opens(bob);
            signs(bob);
            seesAtOnceThatOneHasSigned(carol);
            assertThat(demo.counter().balance(ACCOUNT))
                    .as("after one signature")
                    .isEqualByComparingTo(paid("2550.00"));
            signs(carol);
            seesItExecuted(alice);
            assertThat(demo.counter().balance(ACCOUNT)).isEqualByComparingTo(paid("252550.00"));
            watchesTheConsole(bob, alice, demo);
            looksAtSessions(bob, demo);
            looksAtWhatSheAskedFor(alice, demo);
            enrolsADevice(bob, demo);
            looksAtWhatIsLeftToSay(bob, demo);
            disownsHerSessions(alice, demo);
        }
    }

    private BigDecimal opening = BigDecimal.ZERO;

    private BigDecimal paid(String sum) {
        return opening.subtract(new BigDecimal(sum));
    }

    private void logsIn(Person alice, DemoDeployment demo) {
        opening = demo.counter().balance(ACCOUNT);
        alice.open(demo.bank());
        assertThat(alice.page()).hasTitle("Northgate Bank");
        alice.button("Log in").waitFor();
        alice.check("bank-logged-out");
        alice.button("Log in").click();
        alice.page().getByText("Who are you?").waitFor();
        alice.check("provider");
        alice.sayWhoTheyAre();
        assertThat(alice.page().locator("#person")).hasText("alice");
        assertThat(alice.page().locator(".account .iban").first()).hasText("DE89 3704 0044 0532 0130 00");
        assertThat(alice.page().locator("#assurance")).hasText("logged in");
        alice.check("bank-overview");
    }

    private void paysWithoutFurtherConfirmation(Person alice) {
        pay(alice, "50.00");
        assertSheet(alice, "Done", "Executed");
        assertThat(alice.page().locator("#sheet-facts")).containsText("50.00 EUR");
        alice.check("bank-executed");
    }

    private void confirmsWithHerAuthenticator(Person alice, DemoDeployment demo) {
        alice.open(demo.bank());
        pay(alice, "2,500.00");
        assertSheet(alice, "Confirm that it is you", "Needs step-up");
        alice.check("bank-step-up");
        alice.button("Confirm with security key").click();
        alice.button("Confirm with your authenticator").waitFor();
        assertThat(alice.page().locator("dl.facts")).containsText("alice");
        assertThat(alice.page().locator("dl.facts")).containsText("bank");
        alice.check("step-up");
        alice.button("Confirm with your authenticator").click();
        assertSheet(alice, "Done", "Executed");
        assertThat(alice.page().locator("#sheet-facts")).containsText("2,500.00 EUR");
        assertThat(alice.page().locator("#assurance")).hasText("confirmed with security key");
        alice.button("Close").click();
    }

    private void asksForTwoSignatures(Person alice) {
        pay(alice, "250,000.00");
        assertSheet(alice, "Colleagues must sign", "Waiting for 2 signatures");
        assertThat(alice.link("Approval page")).isVisible();
        alice.check("bank-waiting");
    }

    /** Logs in, adds an authenticator and looks at what waits: nothing yet. */
    private void waits(Person approver, DemoDeployment demo) {
        approver.open(demo.issuer().resolve("/approvals"));
        approver.sayWhoTheyAre();
        approver.page().getByText("Waiting for you").waitFor();
        approver.addAuthenticator(demo.issuer());
        approver.link("Approvals").click();
        assertThat(approver.page().getByText("Nothing waits for your signature."))
                .isVisible();
    }

    /** What waits appears without being asked for. */
    private void opens(Person approver) {
        var waiting = approver.page().locator("section.card").first().locator("tbody tr");
        assertThat(waiting).hasCount(1);
        assertThat(waiting).containsText("250,000.00 EUR");
        assertThat(approver.page()).hasTitle("(1) Approvals · Countersign");
        approver.check("approvals");
        waiting.getByRole(AriaRole.LINK).click();
        var page = approver.page().locator("#approval");
        for (var seen : List.of(
                "250,000.00 EUR",
                "two hundred fifty thousand euros",
                "ACME GmbH",
                "FR14 2004 1010 0505 0001 3M02 606",
                "Invoice 1042",
                "alice",
                "2 more people of treasury")) {
            assertThat(page).containsText(seen);
        }
        approver.check("approval");
    }

    private void seesAtOnceThatOneHasSigned(Person approver) {
        var page = approver.page().locator("#approval");
        assertThat(page).containsText("1 more person of treasury");
        assertThat(page).containsText("bob,");
        assertThat(approver.button("Sign")).isEnabled();
    }

    private void signs(Person approver) {
        var page = approver.page().locator("#approval");
        approver.button("Sign").click();
        assertThat(approver.button("Take my signature back")
                        .or(page.getByText("Signed by"))
                        .first())
                .isVisible();
        assertThat(approver.button("Sign")).hasCount(0);
        approver.check("signed");
    }

    private void seesItExecuted(Person alice) {
        assertThat(alice.page().locator("#sheet-title"))
                .hasText("Done", new LocatorAssertions.HasTextOptions().setTimeout(SIGNED_ORDER_MILLIS));
        assertThat(alice.page().locator("#sheet-facts")).containsText("250,000.00 EUR");
        assertThat(alice.page().locator("#sheet-why")).containsText("Receipt verified");
        alice.check("bank-countersigned");
        alice.button("Close").click();
        alice.link("Overview").click();
        assertThat(alice.page().locator("#activity li.executed")).hasCount(3);
        alice.check("bank-activity");
        alice.link("Operations").click();
        alice.check("bank-operations");
    }

    private void watchesTheConsole(Person bob, Person alice, DemoDeployment demo) {
        bob.open(demo.issuer().resolve("/console"));
        assertThat(bob.page().locator("#state")).hasText("Live");
        alice.page().reload();
        assertThat(bob.page().locator("#feed tr").first()).containsText("permitted");
        bob.check("console");
    }

    private void looksAtSessions(Person bob, DemoDeployment demo) {
        bob.open(demo.issuer().resolve("/console/sessions"));
        assertThat(bob.page().getByRole(AriaRole.HEADING).first()).hasText("Sessions of people");
        assertThat(bob.page().locator("main")).containsText("alice");
        bob.check("console-sessions");
    }

    private void looksAtWhatSheAskedFor(Person alice, DemoDeployment demo) {
        alice.open(demo.issuer().resolve("/approvals"));
        alice.check("mine");
    }

    /** The page that a device without network reads. */
    private void enrolsADevice(Person bob, DemoDeployment demo) {
        bob.open(demo.issuer().resolve("/notifications"));
        bob.check("notifications");
        bob.open(demo.issuer().resolve("/offline-keys"));
        bob.check("offline-keys");
        bob.link("Confirm that it is you first").click();
        bob.button("Confirm with your authenticator").click();
        bob.button("A key that the device makes (Ed25519)").click();
        assertThat(bob.page().locator("svg.qr")).isVisible();
        bob.check("offline-enrol");
    }

    private void looksAtWhatIsLeftToSay(Person bob, DemoDeployment demo) {
        bob.open(demo.issuer().resolve("/reviews"));
        assertThat(bob.page().getByRole(AriaRole.HEADING).first()).hasText("Reviews");
        bob.check("reviews");
        bob.open(demo.issuer().resolve("/console/outcomes"));
        bob.check("outcomes");
    }

    private void disownsHerSessions(Person alice, DemoDeployment demo) {
        alice.open(demo.issuer().resolve("/sessions"));
        assertThat(alice.page().locator("main")).containsText("Applications in it");
        alice.check("sessions");
        alice.link("This was not me").first().click();
        assertThat(alice.page().getByRole(AriaRole.HEADING).first()).hasText("This was not me");
        alice.check("not-me");
        alice.page().locator("form[action='/sessions/not-me'] button").click();
        alice.open(demo.issuer().resolve("/sessions"));
        assertThat(alice.page()).not().hasTitle("Sessions"); // she has to log in
    }

    private static void pay(Person alice, String amount) {
        if (alice.page().locator("#sheet").isVisible()) {
            alice.button("Close").click();
        }
        alice.link("Pay").click();
        alice.button(amount).click();
        alice.button("Send").click();
    }

    private static void assertSheet(Person alice, String title, String chip) {
        Locator sheet = alice.page().locator("#sheet");
        assertThat(sheet.locator("#sheet-title")).hasText(title);
        assertThat(sheet.locator("#sheet-chip")).hasText(chip);
    }

    private static Browser launch(Playwright playwright, Path chromium) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-first-run")));
    }

    private static Optional<Path> chromium() {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
