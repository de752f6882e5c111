package dev.countersign.lab.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody at a browser of their own, with an authenticator in it. Keeps what the browser complains about. */
final class Person implements AutoCloseable {
    private static final int DESKTOP_WIDTH = 1280; // CSS pixels
    private static final int DESKTOP_HEIGHT = 900;
    private static final int PHONE_WIDTH = 390;
    private static final int PHONE_HEIGHT = 844;

    /** Chromium also logs the answers by which a DPoP nonce (RFC 9449 §8) or a step-up (RFC 9470) is asked for. */
    private static final List<String> ASKED_FOR_BY_THE_PROTOCOL = List.of(
            "Failed to load resource: the server responded with a status of 400",
            "Failed to load resource: the server responded with a status of 401");

    private final String name;
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    Person(String name, Browser browser) {
        this.name = name;
        context = browser.newContext();
        page = context.newPage();
        page.setViewportSize(DESKTOP_WIDTH, DESKTOP_HEIGHT);
        page.onConsoleMessage(this::listen);
        page.onPageError(complaints::add);
        plugInAuthenticator();
    }

    private void listen(ConsoleMessage message) {
        if (message.type().equals("error")
                && ASKED_FOR_BY_THE_PROTOCOL.stream().noneMatch(message.text()::startsWith)) {
            complaints.add(message.text() + " at " + message.location());
        }
    }

    private void plugInAuthenticator() {
        var options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        var parameters = new JsonObject();
        parameters.add("options", options);
        var devtools = context.newCDPSession(page);
        devtools.send("WebAuthn.enable");
        devtools.send("WebAuthn.addVirtualAuthenticator", parameters);
    }

    Page page() {
        return page;
    }

    void open(URI address) {
        page.navigate(address.toString());
    }

    Locator button(String label) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label).setExact(true));
    }

    Locator link(String label) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(label).setExact(true));
    }

    /** Picks themselves on the identity provider's page. */
    void sayWhoTheyAre() {
        page.locator("form:has(input[value=%s]) button".formatted(name)).click();
    }

    void addAuthenticator(URI issuer) {
        open(issuer.resolve("/authenticators"));
        page.getByLabel("Name").fill(name + "'s laptop");
        button("Add authenticator").click();
        page.getByText(name + "'s laptop").waitFor();
    }

    /** The page fits a phone and is without complaints; pictures of it are kept when a folder for them was named. */
    void check(String view) {
        picture(view);
        page.setViewportSize(PHONE_WIDTH, PHONE_HEIGHT);
        var width = (Number) page.evaluate("document.documentElement.scrollWidth");
        assertThat(width.intValue()).as("width of %s on a phone", view).isLessThanOrEqualTo(PHONE_WIDTH);
        picture(view + "-phone");
        page.setViewportSize(DESKTOP_WIDTH, DESKTOP_HEIGHT);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(view + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        assertThat(complaints).as("what %s's browser complains about", name).isEmpty();
    }

    private void picture(String view) {
        var folder = System.getProperty("countersign.pictures");
        if (folder != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(folder, name + "-" + view + ".png"))
                    .setFullPage(true));
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
