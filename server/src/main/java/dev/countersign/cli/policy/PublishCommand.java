package dev.countersign.cli.policy;

import dev.countersign.cli.remote.ServerOptions;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.cli.remote.ServerSession;
import dev.countersign.http.Json;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.Bundle;
import dev.countersign.publish.InvalidBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy publish}. */
@Command(
        name = "publish",
        description =
                "Sign a folder's policies and make them live, as far as the live policies permit. Exit 0: live; 1:"
                        + " refused; 3: people have to approve first.")
public final class PublishCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder with policies and schema.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "Your private key, see 'policy keygen'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "What approvers read first.")
    private String comment = "";

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT0S",
            description = "How long to wait for approvals, such as PT10M (default: not at all).")
    private Duration patience = Duration.ZERO;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try {
            var source = PolicySource.read(folder);
            var hash = PolicySet.parse(source).hash().value();
            var publisher = PublisherKey.read(key);
            var packed = Bundle.pack(source);
            var session = ServerSession.open(server, out);
            var live = session.get("/policies/live");
            if (live.status() != 200) {
                err.println("refused: " + live.reason());
                return Faults.REFUSED;
            }
            var previous = live.body().path("hash").asString();
            out.println("publishing " + hash + "\n        over " + previous);
            var body = Json.MAPPER
                    .createObjectNode()
                    .put("signature", publisher.sign(hash, previous, comment, Instant.now()))
                    .put("bundle", Base64.getUrlEncoder().withoutPadding().encodeToString(packed));
            return new Wish(session, asking -> asking.post("/policies/versions", body), patience, out, err).follow();
        } catch (PolicyLoadException e) {
            return Faults.print(spec.commandLine(), e, false);
        } catch (ServerRefusal | InvalidBundle e) {
            err.println(e.getMessage());
            return Faults.REFUSED;
        }
    }
}
