package dev.countersign.cli;

import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy}: work on a policy set as on code. */
@Command(name = "policy", description = "Work on policies.", mixinStandardHelpOptions = true)
final class PolicyCommand {
    @Spec
    private @Nullable CommandSpec spec;

    /** {@code policy check DIR}. Exit 1 and one line per fault, with file, line, column, the line itself and a hint. */
    @Command(name = "check", description = "Parse, validate and compile a policy set.", mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "DIR", description = "folder with .cedar and .cedarschema files") Path folder) {
        var line = java.util.Objects.requireNonNull(spec).commandLine();
        try {
            var policies = PolicySet.load(folder);
            line.getOut().println("ok: " + policies.policies().size() + " policies, " + policies.hash());
            return ExitCode.OK;
        } catch (PolicyLoadException e) {
            e.faults().forEach(fault -> line.getErr().println(fault));
            return ExitCode.SOFTWARE;
        }
    }
}
