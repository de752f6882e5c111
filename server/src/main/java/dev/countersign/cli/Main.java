package dev.countersign.cli;

import dev.countersign.cli.approve.ApproveCommand;
import dev.countersign.cli.offline.OfflineKeygenCommand;
import dev.countersign.cli.offline.OfflineSignCommand;
import dev.countersign.cli.receipt.ReceiptCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The server's own commands; the lab's launcher adds its own. */
@Command(
        name = "countersign",
        description = "Decides every action of people, workloads and agents at the moment it happens.",
        mixinStandardHelpOptions = true,
        version = "countersign 0.1.0",
        subcommands = {
            ServeCommand.class,
            PolicyCommand.class,
            ApproveCommand.class,
            AuditCommand.class,
            ExchangeCommand.class,
            OfflineKeygenCommand.class,
            OfflineSignCommand.class,
            ReceiptCommand.class,
            RehearseCommand.class
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The server's commands; others may be added. */
    public static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what: " + String.join(", ", spec.subcommands().keySet()));
    }
}
