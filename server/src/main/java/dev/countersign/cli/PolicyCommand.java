package dev.countersign.cli;

import dev.countersign.cli.policy.CheckCommand;
import dev.countersign.cli.policy.CorpusCommand;
import dev.countersign.cli.policy.DiffCommand;
import dev.countersign.cli.policy.ExplainCommand;
import dev.countersign.cli.policy.FetchCommand;
import dev.countersign.cli.policy.FormatCommand;
import dev.countersign.cli.policy.KeygenCommand;
import dev.countersign.cli.policy.PublishCommand;
import dev.countersign.cli.policy.RecordsCommand;
import dev.countersign.cli.policy.RestoreCommand;
import dev.countersign.cli.policy.SimulateCommand;
import dev.countersign.cli.policy.TestCommand;
import dev.countersign.cli.policy.VersionsCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code policy}: policies as code, most of it without a running server. */
@Command(
        name = "policy",
        description = "Work on policies before and while they are live.",
        subcommands = {
            CheckCommand.class,
            CorpusCommand.class,
            DiffCommand.class,
            ExplainCommand.class,
            FetchCommand.class,
            FormatCommand.class,
            KeygenCommand.class,
            PublishCommand.class,
            RecordsCommand.class,
            RestoreCommand.class,
            SimulateCommand.class,
            TestCommand.class,
            VersionsCommand.class
        })
public final class PolicyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        var line = spec.commandLine();
        throw new ParameterException(
                line, "Say what: " + String.join(", ", line.getSubcommands().keySet()));
    }
}
