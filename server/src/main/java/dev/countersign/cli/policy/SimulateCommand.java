package dev.countersign.cli.policy;

import dev.countersign.cli.SettingsFile.InvalidSettings;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.replay.Simulation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy simulate}. */
@Command(
        name = "simulate",
        description = "Put recorded decisions to a candidate and tell what would have been otherwise, and for whom."
                + " Reads only; works beside a running server.")
public final class SimulateCommand implements Callable<Integer> {
    private final InstantSource clock = InstantSource.system();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Records records;

    @Option(
            names = "--since",
            required = true,
            paramLabel = "AGO",
            converter = Records.Since.class,
            description = "7d, 12h, 30m, or a time in UTC.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Records.Since.Start since;

    @Parameters(paramLabel = "CANDIDATE", description = "The folder with the candidate's policies and schema.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        PolicySet candidate;
        try {
            candidate = PolicySet.load(folder);
        } catch (PolicyLoadException e) {
            return Faults.print(spec.commandLine(), e, json);
        }
        try (var source = records.open()) {
            var processors = Runtime.getRuntime().availableProcessors();
            var report = Simulation.run(candidate, source, since.at(clock.instant()), processors);
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(SimulationText.json(report));
            } else {
                SimulationText.lines(report).forEach(out::println);
            }
            return 0;
        } catch (IllegalStateException | InvalidSettings e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
