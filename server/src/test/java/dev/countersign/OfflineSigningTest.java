package dev.countersign;

import static dev.countersign.OfflineStage.answered;
import static dev.countersign.OfflineStage.codes;
import static dev.countersign.OfflineStage.enrolled;
import static dev.countersign.OfflineStage.form;
import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.offline.Crockford;
import dev.countersign.offline.OfflineText;
import dev.countersign.store.Database.Engine;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A transaction goes to a device without network and comes back signed. */
@ParameterizedClass
@EnumSource(Engine.class)
final class OfflineSigningTest {
    private final Engine engine;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private OfflineStage stage;
    private TestDeployment deployment;
    private TestPerson alice;
    private TestPerson bob;
    private Path key;

    OfflineSigningTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        stage = new OfflineStage(engine, folder);
        deployment = stage.deployment;
        alice = stage.alice;
        bob = stage.bob;
        key = folder.resolve("device.json");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void anEd25519CodeSignsExactlyWhatTheDeviceShowed() {
        signs("ed25519");
    }

    @Test
    void anOcraCodeIsConsent() {
        signs("ocra");
    }

    private void signs(String method) {
        var id = enrolled(bob, method, key);
        var request = stage.asked("tx-1", "250000.00");
        assertThat(bob.get("/approvals/" + request + "/offline").body()).contains("Safe");
        var page = form(bob, "/approvals/" + request + "/offline", "key=" + id).body();
        assertThat(page).contains("<svg class=\"qr\"");
        var codes = codes(page);
        // Asked again, the same: a device may take weeks.
        assertThat(codes(form(bob, "/approvals/" + request + "/offline", "key=" + id)
                        .body()))
                .isEqualTo(codes);
        var shown = new CommandRun("offline-sign", "--yes", "--key", key.toString(), String.join("", codes));
        assertThat(shown.exit()).isZero();
        assertThat(shown.text()).contains("amount  250000.00", "payee/name  ACME GmbH");
        var code = answered(key, codes);

        var other = stage.asked("tx-2", "999999.00");
        form(bob, "/approvals/" + other + "/offline", "key=" + id);
        assertThat(answer(bob, other, id, code)).isEqualTo(403); // for other bytes it is worth nothing
        var carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        assertThat(answer(carol, request, id, code)).isEqualTo(404); // and in other hands

        assertThat(answer(bob, request, id, code)).isEqualTo(303);
        assertThat(answer(bob, request, id, code)).isEqualTo(409); // once
        assertThat(deployment.bank().status(request).isApproved()).isTrue();
        assertThat(alice.ask(transfer("tx-1", "250000.00")).permitted()).isTrue();
        assertThat(deployment.evidenceOf("approval.signed"))
                .singleElement()
                .satisfies(entry -> assertThat(entry).contains("\"method\":\"" + method + "\""));
    }

    private int answer(TestPerson person, String request, String id, String code) {
        return form(
                        person,
                        "/approvals/" + request + "/offline/answer",
                        "key=" + id + "&code=" + TestPerson.encode(code))
                .statusCode();
    }

    @Test
    void wrongCodesAreFewAndARevokedKeySignsNothing() {
        var id = enrolled(bob, "ocra", key);
        var request = stage.asked("tx-1", "250000.00");
        var codes = codes(
                form(bob, "/approvals/" + request + "/offline", "key=" + id).body());
        for (var i = 0; i < 5; i++) {
            assertThat(answer(bob, request, id, "0000000" + i)).isEqualTo(403);
        }
        assertThat(answer(bob, request, id, answered(key, codes))).isEqualTo(409);
        assertThat(form(bob, "/approvals/" + request + "/offline", "key=" + id).statusCode())
                .isEqualTo(409);
        assertThat(answer(bob, request, id, "12")).isEqualTo(400);
        assertThat(deployment.evidenceOf("session.signal")).isNotEmpty();
        assertThat(form(bob, "/offline-keys/" + id + "/revoke", "").statusCode())
                .isEqualTo(303);
        var second = stage.asked("tx-2", "250000.00");
        assertThat(form(bob, "/approvals/" + second + "/offline", "key=" + id).statusCode())
                .isEqualTo(404);
    }

    @Test
    void wrongCodesOfAPersonAreFewWhateverTheRequest() {
        var id = enrolled(bob, "ocra", key);
        for (var request = 0; request < 4; request++) {
            var asked = stage.asked("tx-" + request, "250000.00");
            form(bob, "/approvals/" + asked + "/offline", "key=" + id);
            for (var i = 0; i < 5; i++) {
                assertThat(answer(bob, asked, id, "0000000" + i)).isEqualTo(403);
            }
        }
        var last = stage.asked("tx-last", "250000.00");
        var code = answered(
                key,
                codes(form(bob, "/approvals/" + last + "/offline", "key=" + id).body()));
        assertThat(answer(bob, last, id, code)).isEqualTo(429); // even a right one
        assertThat(stage.isApproved(last)).isFalse();
    }

    @Test
    void aKeyUnderAPassphraseSignsForWhoeverKnowsIt() throws IOException {
        var passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse battery staple\n");
        var option = new String[] {"--passphrase-file", passphrase.toString()};
        assertThat(new CommandRun("offline-keygen", key.toString(), option[0], option[1]).exit())
                .isZero();
        assertThat(Files.readString(key)).doesNotContain("pkcs8");
        var id = OfflineStage.enrolledAs(bob, "ed25519", key, option);
        assertThat(Files.readString(key)).doesNotContain("pkcs8", "server_key");
        var request = stage.asked("tx-1", "250000.00");
        var codes = codes(
                form(bob, "/approvals/" + request + "/offline", "key=" + id).body());
        for (var wrong : List.of("correct horse battery stapler", "")) {
            var other = Files.writeString(folder.resolve("other"), wrong);
            var run = new CommandRun(
                    "offline-sign",
                    "--yes",
                    "--key",
                    key.toString(),
                    "--passphrase-file",
                    other.toString(),
                    codes.getFirst());
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.text()).contains("The passphrase is another one");
        }
        assertThat(answer(bob, request, id, answered(key, codes, option))).isEqualTo(303);
    }

    @Test
    void aNewPassphraseIsNotShort() throws IOException {
        var passphrase = Files.writeString(folder.resolve("passphrase"), "fourteen chars");
        var run = new CommandRun("offline-keygen", key.toString(), "--passphrase-file", passphrase.toString());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.text()).contains("at least 15");
        assertThat(key).doesNotExist();
    }

    @Test
    void enrolmentNeedsAStepUpAndProofOfPossession() {
        var carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        assertThat(form(carol, "/offline-keys/begin", "method=ed25519").statusCode())
                .isEqualTo(403);
        carol.raised();
        assertThat(form(carol, "/offline-keys", "label=Safe&code=x").statusCode())
                .isEqualTo(409);
        var begun = form(carol, "/offline-keys/begin", "method=ocra");
        for (var i = 0; i < 5; i++) {
            assertThat(form(carol, "/offline-keys", "label=Safe&code=0000000" + i)
                            .statusCode())
                    .isEqualTo(403);
        }
        var code = answered(key, codes(begun.body()));
        assertThat(form(carol, "/offline-keys", "label=Safe&code=" + code).statusCode())
                .isEqualTo(409);
    }

    @Test
    void theDeviceReadsPicturesOfTheScreen() throws IOException {
        var id = enrolled(bob, "ed25519", key);
        var request = stage.asked("tx-1", "250000.00");
        var page = form(bob, "/approvals/" + request + "/offline", "key=" + id).body();
        var picture = folder.resolve("screen.png");
        ImageIO.write(drawn(page), "png", picture.toFile());
        assertThat(answer(bob, request, id, answered(key, List.of(picture.toString()))))
                .isEqualTo(303);
    }

    @Test
    void aKeyUnderWhichAnySignatureVerifiesIsNotEnrolled() {
        form(bob, "/offline-keys/begin", "method=ed25519");
        var identity = new byte[96]; // the point of order one, and the signature that verifies for everything
        identity[0] = 1;
        identity[32] = 1;
        var code = Crockford.write(identity);
        assertThat(form(bob, "/offline-keys", "label=Weak&code=" + TestPerson.encode(code))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void theDeviceShowsNothingUnsignedThatCouldDeceive() {
        var told = Json.MAPPER
                .createObjectNode()
                .put("kind", "approve")
                .put("canonical", "e30")
                .put("nonce", "AAAA")
                .put("expires", "2026-11-25T00:00:00Z" + " ".repeat(800) + "amount  12.00");
        var run = new CommandRun(
                "offline-sign",
                "--yes",
                "--key",
                key.toString(),
                OfflineText.write(told).getFirst());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.text()).doesNotContain("12.00");
    }

    /** The page's first code, as a screen draws it. */
    private static BufferedImage drawn(String page) {
        var size = Pattern.compile("viewBox=\"0 0 ([0-9]+) ").matcher(page);
        assertThat(size.find()).isTrue();
        var modules = Integer.parseInt(size.group(1));
        var scale = 4;
        var image = new BufferedImage(modules * scale, modules * scale, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        pen.setColor(java.awt.Color.BLACK);
        var path = page.substring(page.indexOf("<path d=") + 9, page.indexOf('"', page.indexOf("<path d=") + 10));
        for (var module :
                Pattern.compile("M([0-9]+) ([0-9]+)h").matcher(path).results().toList()) {
            pen.fillRect(
                    Integer.parseInt(module.group(1)) * scale, Integer.parseInt(module.group(2)) * scale, scale, scale);
        }
        pen.dispose();
        return image;
    }
}
