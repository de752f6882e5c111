package dev.countersign.lab;

import dev.countersign.cli.AuditCommand;
import dev.countersign.cli.PolicyCommand;
import dev.countersign.cli.ServeCommand;
import dev.countersign.lab.attack.AttackCommand;
import dev.countersign.lab.bench.BenchCommand;
import dev.countersign.lab.demo.DemoCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign}: the server's commands and the lab's. */
@Command(
        name = "countersign",
        description = "Decides every action of people, workloads and agents at the moment it happens.",
        mixinStandardHelpOptions = true,
        version = "countersign 0.1.0")
public final class Main implements Runnable {
    /** Every command there is. */
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            AttackCommand.class,
            BenchCommand.class,
            ServeCommand.class,
            AuditCommand.class,
            PolicyCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Exit codes: 0 done and right, 1 done and something is wrong, 2 not understood, with one line why. */
    static CommandLine commandLine() {
        var line = new CommandLine(new Main());
        COMMANDS.forEach(line::addSubcommand);
        line.setParameterExceptionHandler((e, arguments) -> {
            e.getCommandLine()
                    .getErr()
                    .println("countersign: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return 2;
        });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what: " + String.join(", ", spec.subcommands().keySet()));
    }
}
