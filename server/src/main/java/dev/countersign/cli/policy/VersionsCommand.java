package dev.countersign.cli.policy;

import dev.countersign.cli.remote.ServerOptions;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.cli.remote.ServerSession;
import dev.countersign.http.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code policy versions}. */
@Command(name = "versions", description = "List a server's versions, newest first, and what every node runs.")
public final class VersionsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        var out = spec.commandLine().getOut();
        try {
            var session = ServerSession.open(server, json ? err : out);
            var versions = session.get("/policies/versions");
            var live = session.get("/policies/live");
            if (versions.status() != 200 || live.status() != 200) {
                err.println("refused: " + (versions.status() == 200 ? live : versions).reason());
                return Faults.REFUSED;
            }
            if (json) {
                var object = Json.MAPPER.createObjectNode();
                object.set("versions", versions.body().path("versions"));
                object.set("nodes", live.body().path("nodes"));
                out.println(Json.MAPPER.writeValueAsString(object));
            } else {
                versions.body().path("versions").forEach(this::version);
                live.body().path("nodes").forEach(this::node);
            }
            return 0;
        } catch (ServerRefusal e) {
            err.println(e.text());
            return Faults.REFUSED;
        }
    }

    private void version(JsonNode version) {
        spec.commandLine()
                .getOut()
                .printf(
                        "%-10s %s  %s  %s  %s%n",
                        version.path("state").asString(),
                        version.path("hash").asString(),
                        version.path("proposed_at").asString(),
                        version.path("proposed_by").asString(),
                        version.path("comment").asString());
    }

    private void node(JsonNode node) {
        spec.commandLine()
                .getOut()
                .printf(
                        "node %s runs %s since %s%n",
                        node.path("node").asString(),
                        node.path("hash").asString(),
                        node.path("since").asString());
    }
}
