package dev.countersign.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** The {@code countersign} command. The lab adds its own commands to {@link #commandLine()}. */
@Command(
        name = "countersign",
        description = "Decides every action of people, workloads and agents at the moment it happens.",
        mixinStandardHelpOptions = true,
        version = "countersign 0.1.0")
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The server's commands. */
    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new PolicyCommand())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    line.getErr().println(line.getColorScheme().errorText("countersign: " + e.getMessage()));
                    return ExitCode.SOFTWARE;
                });
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
