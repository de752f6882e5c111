package dev.countersign;

import static dev.countersign.OfflineStage.answered;
import static dev.countersign.OfflineStage.codes;
import static dev.countersign.OfflineStage.enrolledAs;
import static dev.countersign.OfflineStage.form;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.store.Database.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A key on a device without network signs nothing before a second person has confirmed it. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SecondPersonTest {
    private static final Pattern FINGERPRINT = Pattern.compile("([0-9a-f]{4} ){4}[0-9a-f]{4}");

    private final Engine engine;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private OfflineStage stage;
    private TestPerson bob;
    private Path device;

    SecondPersonTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        stage = new OfflineStage(engine, folder, settings -> settings.with(new OfflineSettings("treasury")));
        bob = stage.bob;
        device = folder.resolve("device.json");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** Makes a key; its fingerprint as the device shows it. */
    private String made() {
        var run = new CommandRun("offline-keygen", device.toString());
        assertThat(run.exit()).isZero();
        var shown = FINGERPRINT.matcher(run.text());
        assertThat(shown.find()).as(run.text()).isTrue();
        return shown.group();
    }

    private int confirm(TestPerson person, String key, String fingerprint) {
        return form(person, "/offline-keys/" + key + "/confirm", "fingerprint=" + TestPerson.encode(fingerprint))
                .statusCode();
    }

    private int ask(String request, String key) {
        return form(bob, "/approvals/" + request + "/offline", "key=" + key).statusCode();
    }

    @Test
    void aKeyThatWaitsDoesNotCountUntilSomebodyElseConfirmedIt() {
        var fingerprint = made();
        var key = enrolledAs(bob, "ed25519", device);
        assertThat(bob.get("/offline-keys").body()).contains("waits for a second person");
        var request = stage.asked("tx-1", "250000.00");
        assertThat(ask(request, key)).isEqualTo(404);
        assertThat(bob.get("/approvals/" + request + "/offline").body()).doesNotContain(key);
        assertThat(form(bob, "/offline-files", "key=" + key + "&" + request + "=on")
                        .statusCode())
                .isEqualTo(404);
        assertThat(form(bob, "/approvals/" + request + "/offline/answer", "key=" + key + "&code=x")
                        .statusCode())
                .isEqualTo(404);

        var carol = stage.ofTreasury("carol");
        var page = carol.get("/offline-keys/waiting").body();
        assertThat(page).contains(key, "bob").doesNotContain(fingerprint, fingerprint.replace(" ", ""));
        assertThat(confirm(carol, key, fingerprint)).isEqualTo(303);
        assertThat(confirm(carol, key, fingerprint)).isEqualTo(404); // once
        assertThat(carol.get("/offline-keys/waiting").body()).doesNotContain(key);

        var shown = form(bob, "/approvals/" + request + "/offline", "key=" + key);
        assertThat(shown.statusCode()).isEqualTo(200);
        var code = answered(device, codes(shown.body()));
        assertThat(form(
                                bob,
                                "/approvals/" + request + "/offline/answer",
                                "key=" + key + "&code=" + TestPerson.encode(code))
                        .statusCode())
                .isEqualTo(303);
        assertThat(stage.isApproved(request)).isTrue();
        assertThat(stage.deployment.evidenceOf("offline_key.enrolled").getFirst())
                .contains("\"waiting\":true", "\"person\":\"bob\"");
        assertThat(stage.deployment.evidenceOf("offline_key.confirmed").getFirst())
                .contains("\"by\":\"carol\"", "\"person\":\"bob\"", fingerprint.replace(" ", ""));
    }

    @Test
    void theOwnerUnderAnyNameAndOtherPeopleConfirmNothing() {
        var fingerprint = made();
        var key = enrolledAs(bob, "ed25519", device);
        assertThat(confirm(bob, key, fingerprint)).isEqualTo(403);
        var mallory = stage.deployment
                .person("mallory")
                .loggedIn()
                .withAuthenticator()
                .raised();
        assertThat(confirm(mallory, key, fingerprint)).isEqualTo(404);
        assertThat(mallory.get("/offline-keys/waiting").statusCode()).isEqualTo(403);
        var notStepped = stage.deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        assertThat(confirm(notStepped, key, fingerprint)).isEqualTo(403);

        // An account that turns out to be bob's when both sessions have long begun.
        var alias = stage.ofTreasury("bob-admin");
        assertThat(alias.get("/offline-keys/waiting").body()).contains(key);
        assertThat(new EntityFeed(stage.deployment.issuer)
                        .put("User/bob-admin", "{\"attrs\":{\"name\":\"bob-admin\",\"person\":\"bob\"}}")
                        .statusCode())
                .isBetween(200, 204);
        assertThat(alias.get("/offline-keys/waiting").body()).doesNotContain(key);
        assertThat(confirm(alias, key, fingerprint)).isEqualTo(403);
        assertThat(stage.deployment.evidenceOf("offline_key.confirmed")).isEmpty();
        assertThat(stage.deployment.evidenceOf("offline_key.confirmation_refused"))
                .hasSize(2);
    }

    @Test
    void anotherOrTooShortAFingerprintConfirmsNothing() {
        var fingerprint = made();
        var key = enrolledAs(bob, "ed25519", device);
        var carol = stage.ofTreasury("carol");
        for (var wrong : List.of(
                "",
                "00000000000000000000",
                fingerprint.substring(0, 23),
                fingerprint + "zz",
                fingerprint.substring(1))) {
            assertThat(confirm(carol, key, wrong)).as(wrong).isEqualTo(403);
        }
        assertThat(confirm(carol, "ok_unknown", fingerprint)).isEqualTo(404);
        assertThat(form(bob, "/offline-keys/" + key + "/revoke", "").statusCode())
                .isEqualTo(303);
        assertThat(confirm(carol, key, fingerprint)).isEqualTo(404);
    }

    @Test
    void aSecretForACodeGeneratorIsConfirmedToo() {
        var begun = form(bob, "/offline-keys/begin", "method=ocra");
        var run = new CommandRun(
                "offline-sign",
                "--yes",
                "--key",
                device.toString(),
                codes(begun.body()).getFirst());
        assertThat(run.exit()).isZero();
        var shown = FINGERPRINT.matcher(run.text());
        assertThat(shown.find()).isTrue();
        var code = run.text().strip().lines().reduce((first, last) -> last).orElseThrow();
        assertThat(form(bob, "/offline-keys", "label=Safe&code=" + code).statusCode())
                .isEqualTo(303);
        var id = Pattern.compile("ok_[A-Za-z0-9_-]+")
                .matcher(bob.get("/offline-keys").body());
        assertThat(id.find()).isTrue();
        var request = stage.asked("tx-1", "250000.00");
        assertThat(ask(request, id.group())).isEqualTo(404);
        assertThat(confirm(stage.ofTreasury("carol"), id.group(), shown.group()))
                .isEqualTo(303);
        assertThat(ask(request, id.group())).isEqualTo(200);
    }
}
