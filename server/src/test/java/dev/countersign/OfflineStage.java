package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A bank where one of treasury is enough, by a device without network too; alice asks, and bob has such devices. */
final class OfflineStage implements AutoCloseable {
    private static final Pattern CODE = Pattern.compile("CS1\\.[0-9]+/[0-9]+\\.[A-Za-z0-9_-]+");
    private static final Pattern KEY_ID = Pattern.compile("ok_[A-Za-z0-9_-]+");

    final TestDeployment deployment;
    final TestPerson alice;
    final TestPerson bob;

    OfflineStage(Engine engine, Path folder) throws IOException {
        this(engine, folder, settings -> settings);
    }

    /** @param more settings of its own */
    OfflineStage(Engine engine, Path folder, UnaryOperator<Settings> more) throws IOException {
        var policies = Files.createDirectory(folder.resolve("policies"));
        try (var files = Files.list(Path.of("..", "policies", "bank"))) {
            for (var file :
                    files.filter(each -> !each.toString().endsWith(".yaml")).toList()) {
                Files.writeString(
                        policies.resolve(file.getFileName()),
                        Files.readString(file)
                                .replace("@quorum(\"2\")", "@quorum(\"1\") @methods(\"webauthn, ed25519, ocra\")"));
            }
        }
        deployment = new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(policies),
                TestDeployment.provider(),
                (issuer, settings) -> more.apply(settings));
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        bob = ofTreasury("bob");
    }

    TestPerson ofTreasury(String name) {
        return deployment
                .person(name, "treasury")
                .loggedIn()
                .withAuthenticator()
                .raised();
    }

    @Override
    public void close() {
        deployment.close();
    }

    /** A form of one of our own pages. */
    static HttpResponse<String> form(TestPerson person, String path, String body) {
        return person.post(
                path, body, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin");
    }

    /** What a page shows as QR codes. */
    static List<String> codes(String page) {
        return CODE.matcher(page)
                .results()
                .map(found -> found.group())
                .distinct()
                .toList();
    }

    /** The device's answer to codes. */
    static String answered(Path keyFile, List<String> codes, String... more) {
        var all = new ArrayList<>(List.of("offline-sign", "--yes", "--key", keyFile.toString()));
        all.addAll(List.of(more));
        all.addAll(codes);
        var run = new CommandRun(all.toArray(String[]::new));
        assertThat(run.exit()).as(run.text()).isZero();
        return run.text().strip().lines().reduce((first, last) -> last).orElseThrow();
    }

    /** Makes a key on the device and enrols it; the key's id. */
    static String enrolled(TestPerson person, String method, Path keyFile) {
        if (method.equals("ed25519")) {
            assertThat(new CommandRun("offline-keygen", keyFile.toString()).exit())
                    .isZero();
        }
        return enrolledAs(person, method, keyFile);
    }

    /** Enrols the key of the device; its id. */
    static String enrolledAs(TestPerson person, String method, Path keyFile, String... more) {
        var before = keys(person);
        var begun = form(person, "/offline-keys/begin", "method=" + method);
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        var code = answered(keyFile, codes(begun.body()), more);
        var added = form(person, "/offline-keys", "label=Safe&code=" + TestPerson.encode(code));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(303);
        assertThat(form(person, "/offline-keys", "label=Again&code=" + TestPerson.encode(code))
                        .statusCode())
                .isEqualTo(409);
        var found = new ArrayList<>(keys(person));
        found.removeAll(before);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static List<String> keys(TestPerson person) {
        return KEY_ID.matcher(person.get("/offline-keys").body())
                .results()
                .map(found -> found.group())
                .distinct()
                .toList();
    }

    /** Alice asks for a transfer that needs somebody of treasury; the request's id. */
    String asked(String id, String amount) {
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer(id, amount).apply(each);
            return presented[0];
        });
        return deployment.bank().request(presented[0], refused).id();
    }

    boolean isApproved(String request) {
        return deployment.bank().status(request).isApproved();
    }
}
