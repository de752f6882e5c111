package dev.countersign.lab.attack;

import dev.countersign.cli.Main;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Codes of devices without network, used for what they were not made for. */
final class OfflineAttacks {
    private static final String LARGE = "250000.00";
    private static final Pattern CODE = Pattern.compile("CS1\\.[0-9]+/[0-9]+\\.[A-Za-z0-9_-]+");
    private static final Pattern KEY = Pattern.compile("ok_[A-Za-z0-9_-]{22}");

    private OfflineAttacks() {}

    static List<Attack> all() {
        return List.of(new Attack(
                "S33", "Offline code reused, for other details, in other hands, guessed", OfflineAttacks::codes));
    }

    private static Finding codes(Stage stage) throws IOException, InterruptedException {
        var payments = new Payments(stage);
        var bob = payments.treasury.getFirst();
        var carol = payments.treasury.getLast();
        ConsentAttacks.confirm(stage, bob);
        var device = Files.createTempDirectory("countersign-device-").resolve("key.json");
        var key = enrolled(stage, bob, device);

        var request = payments.request("offline-000001", LARGE);
        var other = payments.request("offline-000002", LARGE);
        var code = signed(device, form(stage, bob, "/approvals/" + request + "/offline", "key=" + key));
        form(stage, bob, "/approvals/" + other + "/offline", "key=" + key);
        var notes = new Notes();
        refused(notes, "for other details", answer(stage, bob, other, key, code), 403);
        refused(notes, "by somebody else", answer(stage, carol, request, key, code), 404);
        refused(notes, "mistyped", answer(stage, bob, request, key, code.replaceFirst("^.{5}", "00000")), 400);
        var signedOnce = answer(stage, bob, request, key, code);
        refused(notes, "a second time", answer(stage, bob, request, key, code), 409);
        carol.approve(request);
        var executed = Payments.executed(payments.send(Payments.body("offline-000001", LARGE, "EUR", "ACME GmbH")));
        notes.honest("the code where it belongs, with another's signature", signedOnce.status() == 303 && executed);
        return notes.finding(stage.shows(entry -> entry.kind().equals("session.signal")
                && "offline_code_refused".equals(entry.members().get("signal"))));
    }

    private static void refused(Notes notes, String what, Hop answer, int status) {
        notes.attempt(what, answer.status() == status, "" + answer.status());
    }

    private static Hop answer(Stage stage, Visitor who, String request, String key, String code) {
        return form(
                stage,
                who,
                "/approvals/" + request + "/offline/answer",
                "key=" + key + "&code=" + URLEncoder.encode(code, StandardCharsets.UTF_8));
    }

    private static String enrolled(Stage stage, Visitor who, Path device) {
        run("offline-keygen", device.toString());
        var begun = form(stage, who, "/offline-keys/begin", "method=ed25519");
        var code = signed(device, begun);
        var added =
                form(stage, who, "/offline-keys", "label=Safe&code=" + URLEncoder.encode(code, StandardCharsets.UTF_8));
        var page = who.browse(stage.issuer().resolve("/offline-keys"), uri -> false)
                .body();
        var key = KEY.matcher(page);
        if (added.status() != 303 || !key.find()) {
            throw new IllegalStateException("The device was not enrolled: " + added.status());
        }
        return key.group();
    }

    /** What the device answers to the codes of a page. */
    private static String signed(Path device, Hop page) {
        var arguments = new ArrayList<>(List.of("offline-sign", "--yes", "--key", device.toString()));
        CODE.matcher(page.body())
                .results()
                .map(found -> found.group())
                .distinct()
                .forEach(arguments::add);
        return run(arguments.toArray(String[]::new))
                .strip()
                .lines()
                .reduce((first, last) -> last)
                .orElse("");
    }

    private static String run(String... arguments) {
        var printed = new StringWriter();
        var writer = new PrintWriter(printed, true);
        var code = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        if (code != 0) {
            throw new IllegalStateException(printed.toString());
        }
        return printed.toString();
    }

    private static Hop form(Stage stage, Visitor who, String path, String body) {
        return who.browser()
                .send(
                        "POST",
                        URI.create(stage.issuer() + path),
                        Map.of(
                                "Origin",
                                stage.issuer().toString(),
                                "Sec-Fetch-Site",
                                "same-origin",
                                "Content-Type",
                                "application/x-www-form-urlencoded"),
                        body);
    }
}
