package dev.countersign.lab.browser;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A Chromium profile of its own that binds sessions to a software key, and trusts the lab's authority. */
final class BoundBrowser implements AutoCloseable {
    /** Chromium's own quota of proofs (6 in 9 minutes) is for people; a test makes more. */
    private static final String FEATURES =
            "DeviceBoundSessions:ForceEnableForTesting/true/RequireOriginTrialTokens/false/RefreshQuota/false,"
                    + "EnableBoundSessionCredentialsSoftwareKeysForManualTesting";

    private static final long CERTUTIL_SECONDS = 20;

    private final BrowserContext context;
    private final Page page;
    private final List<String> answers = new CopyOnWriteArrayList<>();

    BoundBrowser(Playwright playwright, Path chromium, Path home, Path authority, String name)
            throws IOException, InterruptedException {
        var own = Files.createDirectories(home.resolve(name));
        trust(own, authority);
        context = playwright
                .chromium()
                .launchPersistentContext(
                        own.resolve("profile"),
                        new BrowserType.LaunchPersistentContextOptions()
                                .setExecutablePath(chromium)
                                .setEnv(Map.of("HOME", own.toString(), "PATH", System.getenv("PATH")))
                                .setArgs(List.of(
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-component-update",
                                        "--no-first-run",
                                        "--enable-features=" + FEATURES)));
        page = context.pages().isEmpty() ? context.newPage() : context.pages().getFirst();
        page.onResponse(this::heard);
    }

    private void heard(Response response) {
        answers.add(response.status() + " " + response.request().method() + " " + response.url());
    }

    /** Chromium on Linux trusts what its user's NSS database trusts. */
    private static void trust(Path home, Path authority) throws IOException, InterruptedException {
        var store = Files.createDirectories(home.resolve(".pki/nssdb"));
        certutil("-N", "-d", "sql:" + store, "--empty-password");
        certutil("-A", "-d", "sql:" + store, "-t", "C,,", "-n", "lab", "-i", authority.toString());
    }

    private static void certutil(String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of("certutil"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(CERTUTIL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("certutil failed");
        }
    }

    void plugInAuthenticator() {
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

    /** What was answered since {@link #forgetAnswers}: "STATUS METHOD URL". */
    List<String> answers() {
        return List.copyOf(answers);
    }

    void forgetAnswers() {
        answers.clear();
    }

    /** What malware with access to the profile reads. */
    List<Cookie> cookies() {
        return context.cookies();
    }

    void plant(List<Cookie> cookies) {
        context.addCookies(cookies);
    }

    boolean hasCookie(String name) {
        return cookies().stream().anyMatch(cookie -> cookie.name.equals(name));
    }

    /** POSTs JSON from a page of Countersign's own, as its scripts do. The status. */
    int post(String path, String json) {
        var status = (Number) page.evaluate(
                "async ([path, body]) => (await fetch(path, {method: 'POST', body, headers: {'Content-Type':"
                        + " 'application/json', Accept: 'application/json'}})).status",
                List.of(path, json));
        return status.intValue();
    }

    @Override
    public void close() {
        context.close();
    }
}
