package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy check}. */
@Command(
        name = "check",
        description = "Load a folder as a server would. Exit 0: it would go live; 1: it would be refused, and why.")
public final class CheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder with policies and schema.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        try {
            accepted(PolicySet.load(folder));
            return 0;
        } catch (PolicyLoadException e) {
            return Faults.print(spec.commandLine(), e, json);
        }
    }

    private void accepted(PolicySet set) {
        var out = spec.commandLine().getOut();
        var policies = set.policies().size();
        var requiring = set.policies().stream()
                .filter(policy -> !policy.requirements().isEmpty())
                .count();
        if (json) {
            var object = Json.MAPPER.createObjectNode();
            object.put("ok", true).put("hash", set.hash().value());
            object.put("policies", policies).put("requiring", requiring);
            out.println(Json.MAPPER.writeValueAsString(object));
        } else {
            out.println("ok: " + policies + " policies, " + requiring + " with requirements");
            out.println(set.hash());
        }
    }
}
