package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What reaches requests that wait for signatures, with every part the real one. */
@ParameterizedClass
@EnumSource(Engine.class)
final class OpenRequestsTest {
    private final Engine engine;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path policies;

    private TestDeployment deployment;
    private TestPerson alice;
    private String request;

    OpenRequestsTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        try (var files = Files.list(Path.of("..", "policies", "bank"))) {
            for (var file :
                    files.filter(each -> !each.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, policies.resolve(file.getFileName()));
            }
        }
        deployment = new TestDeployment(TestDatabases.settings(engine), policies);
        alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer("tx-1", "250000.00").apply(each);
            return presented[0];
        });
        request = deployment.bank().request(presented[0], refused).id();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private void awaits(String text) throws InterruptedException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        var page = "";
        while (System.nanoTime() < end) {
            page = alice.get("/approvals/" + request).body();
            if (page.contains(text)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(page);
    }

    @Test
    void theEndOfTheSessionThatAskedEndsTheRequest() throws Exception {
        var out = alice.send(
                HttpRequest.newBuilder(URI.create(deployment.issuer + "/logout"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Sec-Fetch-Site", "same-origin")
                        .POST(BodyPublishers.ofString("")),
                true);
        assertThat(out.statusCode()).isEqualTo(200);
        alice = deployment.person("alice").loggedIn();
        awaits("The session that asked has ended");
        assertThat(deployment.bank().status(request).isPending()).isFalse();
        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        assertThat(bob.sign(request).statusCode()).isEqualTo(409);
    }

    @Test
    void policiesThatAskForMoreAreShownToThoseWhoSign() throws Exception {
        change("@quorum(\"2\")", "@quorum(\"3\")");
        awaits("3 more people of treasury");
    }

    @Test
    void policiesThatForbidItEndTheRequest() throws Exception {
        var file = policies.resolve("transfers.cedar");
        Files.writeString(
                file,
                Files.readString(file)
                        + "\n@id(\"closed\") @text(\"Transfers are closed today\") forbid (principal, action =="
                        + " Action::\"transfer\", resource);\n");
        awaits("Transfers are closed today");
        assertThat(deployment.bank().status(request).isPending()).isFalse();
    }

    private void change(String from, String to) throws IOException {
        var file = policies.resolve("transfers.cedar");
        var text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }
}
