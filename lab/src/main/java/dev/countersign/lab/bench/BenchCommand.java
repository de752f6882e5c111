package dev.countersign.lab.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench NAME…}: measures, prints, and exits with 1 when a goal is missed. */
@Command(name = "bench", description = "Measure what is promised about speed. Exit 0: every goal met; 1: some not.")
public final class BenchCommand implements Callable<Integer> {
    /** Exit code when a goal is missed. */
    static final int MISSED = 1;

    private final List<Bench> benches;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            arity = "1..*",
            description = "policy, search, decide, race, kill, approve, sessions, revoke, simulate")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> names;

    @Option(names = "--json", description = "One JSON object per benchmark and line.")
    private boolean json;

    public BenchCommand() {
        this(List.of(
                new PolicyBench(),
                new SearchBench(),
                new DecideBench(),
                new RaceBench(),
                new KillBench(),
                new ApproveBench(),
                new SessionsBench(),
                new RevokeBench(),
                new SimulateBench()));
    }

    BenchCommand(List<Bench> benches) {
        this.benches = benches;
    }

    @Override
    public Integer call() throws Exception {
        var chosen = names.stream().map(this::bench).toList();
        var code = 0;
        for (var bench : chosen) {
            var result = bench.run();
            spec.commandLine().getOut().println(json ? result.json() : result.table());
            spec.commandLine().getOut().flush();
            code = result.ok() ? code : MISSED;
        }
        return code;
    }

    private Bench bench(String name) {
        return benches.stream()
                .filter(bench -> bench.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "No benchmark " + name + ". There are: "
                                + benches.stream().map(Bench::name).collect(Collectors.joining(", "))));
    }
}
