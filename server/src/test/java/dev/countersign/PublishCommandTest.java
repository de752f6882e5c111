package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import dev.countersign.policy.PolicySource;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a running server: a person with a browser logs in, steps up and is approved by two others. */
final class PublishCommandTest {
    private static final Pattern LOGIN = Pattern.compile("http://\\S+/oauth/authorize\\?\\S+");
    private static final Pattern REQUEST = Pattern.compile("/approvals/(rq_\\S+)");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private TestDeployment deployment;
    private TestPerson ada;
    private Path key;

    @BeforeEach
    void start() {
        key = folder.resolve("publisher.jwk");
        var made = new CommandRun("policy", "keygen", key.toString());
        assertThat(made.exit()).isZero();
        deployment = new TestDeployment(
                TestDatabases.settings(Engine.SQLITE),
                Settings.Policies.of(PolicyAuthor.FIRST)
                        .publishedBy("{\"keys\":[" + made.text().strip() + "]}"));
        ada = deployment.person("ada", "policy-authors").loggedIn().withAuthenticator();
    }

    @AfterEach
    void stop() {
        deployment.close();
    }

    private CommandRun policy(String... arguments) {
        var all = new ArrayList<>(List.of("policy"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of(
                "--server",
                deployment.issuer.toString(),
                "--redirect",
                deployment.commandLineRedirect.toString(),
                "--session",
                folder.resolve("session.json").toString()));
        return new CommandRun(all.toArray(String[]::new));
    }

    @Test
    void aFolderGoesLiveWithALoginAStepUpAndTwoApprovalsAndComesBackByHash() throws Exception {
        var bob = deployment.person("bob", "policy-approvers").loggedIn().withAuthenticator();
        var carol = deployment.person("carol", "policy-approvers").loggedIn().withAuthenticator();
        var set = write(PolicyAuthor.variant("two"));
        var hash = PolicyAuthor.variant("two").hash().value();

        var publish = policy("publish", set.toString(), "--key", key.toString(), "--comment", "Two", "--wait", "PT60S");
        ada.open(publish.awaits(LOGIN, 1));
        ada.open(publish.awaits(LOGIN, 2)); // the step-up
        var request = publish.awaits(REQUEST, 1).substring("/approvals/".length());
        assertThat(bob.sign(request).statusCode()).isEqualTo(200);
        assertThat(carol.sign(request).statusCode()).isEqualTo(200);
        assertThat(publish.exit()).as(publish.text()).isZero();
        assertThat(publish.text()).contains("live: version 2, " + hash);
        assertThat(Files.getPosixFilePermissions(folder.resolve("session.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        var versions = policy("versions"); // with the session that was kept
        assertThat(versions.exit()).isZero();
        assertThat(versions.text()).containsPattern("live +" + hash).contains("Two", "node nd_");

        var fetched = folder.resolve("fetched");
        assertThat(policy("fetch", hash, fetched.toString()).exit()).isZero();
        assertThat(PolicySource.read(fetched).hash().value()).isEqualTo(hash);

        var first = PolicySource.read(PolicyAuthor.FIRST).hash().value();
        var restore = policy("restore", first);
        assertThat(restore.exit()).as(restore.text()).isEqualTo(3);
        var second = restore.awaits(REQUEST, 1).substring("/approvals/".length());
        assertThat(bob.sign(second).statusCode()).isEqualTo(200);
        assertThat(carol.sign(second).statusCode()).isEqualTo(200);
        var again = policy("restore", first);
        assertThat(again.exit()).as(again.text()).isZero();
        assertThat(again.text()).contains("live: version 3, " + first);
    }

    @Test
    void aSetWithFaultsIsNotEvenSent() throws IOException {
        var set = write(PolicyAuthor.with(java.util.Map.of("more.cedar", "permit (")));
        var publish = policy("publish", set.toString(), "--key", key.toString());
        assertThat(publish.exit()).isEqualTo(1);
        assertThat(publish.text()).contains("more.cedar", "refused: 1 fault");
    }

    @Test
    void aKeyThatTheServerDoesNotKnowIsToldSo() throws Exception {
        var other = folder.resolve("other.jwk");
        assertThat(new CommandRun("policy", "keygen", other.toString()).exit()).isZero();
        assertThat(JWK.parse(Files.readString(other)).isPrivate()).isTrue();
        assertThat(new CommandRun("policy", "keygen", other.toString()).exit()).isEqualTo(1); // never over a key
        var publish = policy("publish", write(PolicyAuthor.variant("two")).toString(), "--key", other.toString());
        ada.open(publish.awaits(LOGIN, 1));
        assertThat(publish.exit()).isEqualTo(1);
        assertThat(publish.text()).contains("No publisher of the settings has signed it");
    }

    private Path write(PolicySource source) throws IOException {
        var set = Files.createDirectories(folder.resolve("set"));
        for (var file : source.files().entrySet()) {
            Files.writeString(set.resolve(file.getKey()), file.getValue());
        }
        return set;
    }
}
