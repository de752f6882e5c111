package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.client.SoftwareAuthenticator;
import dev.countersign.store.Database.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign approve} against a running server, by a person of treasury at a terminal. */
final class ApproveCommandTest {
    private static final Pattern LOGIN = Pattern.compile("http://\\S+/oauth/authorize\\?\\S+");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private final TestDeployment deployment = new TestDeployment(Engine.SQLITE);
    private TestPerson bob;
    private Path key;

    @BeforeEach
    void start() {
        bob = deployment.person("bob", "treasury").loggedIn();
        key = folder.resolve("authenticator.json");
    }

    @AfterEach
    void stop() {
        deployment.close();
    }

    private CommandRun approve(String... arguments) {
        var all = new ArrayList<>(List.of(
                "approve",
                "--server",
                deployment.issuer.toString(),
                "--redirect",
                deployment.commandLineRedirect.toString(),
                "--session",
                folder.resolve("session.json").toString(),
                "--key",
                key.toString()));
        all.addAll(List.of(arguments));
        return new CommandRun(all.toArray(String[]::new));
    }

    @Test
    void aPersonAtATerminalEnrolsAKeySeesTheBytesAndSigns() throws Exception {
        var enrol = approve("--enrol", "Build server 7");
        bob.open(enrol.awaits(LOGIN, 1));
        assertThat(enrol.exit()).as(enrol.text()).isZero();
        assertThat(Files.getPosixFilePermissions(key)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        var request = asked("tx-1");
        var list = approve();
        assertThat(list.exit()).isZero();
        assertThat(list.text()).contains(request, "1 waiting");

        var signed = approve(request, "--yes");
        assertThat(signed.exit()).as(signed.text()).isZero();
        assertThat(signed.text())
                .contains("User alice asks to transfer", "amount  12000.00", "payee/name  ACME GmbH", "pending");
        var carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        assertThat(carol.sign(request).statusCode()).isEqualTo(200);
        assertThat(deployment.bank().status(request).isApproved()).isTrue();
        var twice = approve(request, "--yes");
        assertThat(twice.exit()).isEqualTo(1);
        assertThat(twice.text()).contains("Your signature is not asked for");
    }

    @Test
    void aSecondKeyNeedsAStepUpWithTheFirst() throws Exception {
        bob.withAuthenticator();
        var enrol = approve("--enrol", "Build server 7");
        bob.open(enrol.awaits(LOGIN, 1));
        bob.open(enrol.awaits(LOGIN, 2));
        assertThat(enrol.exit()).as(enrol.text()).isZero();
    }

    @Test
    void aKeyThatIsNotOnesOwnIsToldSoAndAReadableOneIsNotUsed() throws Exception {
        bob.withAuthenticator();
        var request = asked("tx-1");
        PrivateFile.create(key, new SoftwareAuthenticator(new SecureRandom()).write());
        var foreign = approve(request, "--yes");
        bob.open(foreign.awaits(LOGIN, 1));
        assertThat(foreign.exit()).isEqualTo(1);
        assertThat(foreign.text()).contains("is not one of your authenticators here");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        var readable = approve(request, "--yes");
        assertThat(readable.exit()).isEqualTo(1);
        assertThat(readable.text()).contains("others may read it");
        Files.writeString(key, "{\"credentials\":[{}]}");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(approve(request, "--yes").exit()).isEqualTo(1);
        var denied = approve(request, "--deny", "Unknown payee");
        assertThat(denied.exit()).as(denied.text()).isZero();
        assertThat(denied.text()).contains("now denied");
    }

    @Test
    void aSessionOfAnotherApplicationMayNeitherSeeNorSignNorEnrol() {
        bob.withAuthenticator().atTheBank();
        asked("tx-1");
        for (var path : List.of("/api/approvals", "/api/authenticators/options")) {
            var answer = bob.call(path.endsWith("options") ? "POST" : "GET", path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(value -> assertThat(value).contains("insufficient_scope"));
        }
    }

    /** A transfer of alice's that waits for two of treasury. */
    private String asked(String id) {
        var alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer(id, "12000.00").apply(each);
            return presented[0];
        });
        return deployment.bank().request(presented[0], refused).id();
    }
}
