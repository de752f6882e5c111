package dev.countersign.cli.policy;

import dev.countersign.cli.remote.ServerOptions;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.cli.remote.ServerSession;
import dev.countersign.http.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy restore}. */
@Command(
        name = "restore",
        description =
                "Make an earlier version live again, as far as the live policies permit. Exit 0: live; 1: refused;"
                        + " 3: people have to approve first.")
public final class RestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "HASH", description = "The version, see 'policy versions'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String hash;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--comment", paramLabel = "TEXT", description = "What approvers read first.")
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
            var session = ServerSession.open(server, out);
            var live = session.get("/policies/live");
            if (live.status() != 200) {
                err.println("refused: " + live.reason());
                return Faults.REFUSED;
            }
            var body = Json.MAPPER
                    .createObjectNode()
                    .put("previous", live.body().path("hash").asString());
            if (!comment.isEmpty()) {
                body.put("comment", comment);
            }
            var path = "/policies/versions/" + hash + "/restore";
            return new Wish(session, asking -> asking.post(path, body), patience, out, err).follow();
        } catch (ServerRefusal e) {
            err.println(e.text());
            return Faults.REFUSED;
        }
    }
}
