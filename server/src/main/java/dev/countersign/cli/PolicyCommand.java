package dev.countersign.cli;

import dev.countersign.http.Json;
import dev.countersign.policy.PolicyFault;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy}: looks at policies without a running server. */
@Command(name = "policy", description = "Check policies before they go live.", synopsisSubcommandLabel = "check")
public final class PolicyCommand implements Runnable {
    /** Exit code when the set would be refused. */
    static final int REFUSED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what: check");
    }

    /** {@code policy check}. */
    @Command(
            name = "check",
            description = "Load a folder as a server would. Exit 0: it would go live; 1: it would be refused, and why.")
    int check(
            @Parameters(paramLabel = "DIR", description = "The folder with policies and schema.") Path folder,
            @Option(names = "--json", description = "One JSON object on standard output.") boolean json) {
        try {
            accepted(PolicySet.load(folder), json);
            return 0;
        } catch (PolicyLoadException e) {
            refused(e.faults(), json);
            return REFUSED;
        }
    }

    private void accepted(PolicySet set, boolean json) {
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

    private void refused(List<PolicyFault> faults, boolean json) {
        if (!json) {
            faults.forEach(spec.commandLine().getErr()::println);
            spec.commandLine()
                    .getErr()
                    .println("refused: " + faults.size() + (faults.size() == 1 ? " fault" : " faults"));
            return;
        }
        var object = Json.MAPPER.createObjectNode().put("ok", false);
        var array = object.putArray("faults");
        for (var fault : faults) {
            array.addObject()
                    .put("file", fault.file())
                    .put("line", fault.line())
                    .put("column", fault.column())
                    .put("reason", fault.reason())
                    .put("source", fault.sourceLine())
                    .put("hint", fault.hint());
        }
        spec.commandLine().getOut().println(Json.MAPPER.writeValueAsString(object));
    }
}
