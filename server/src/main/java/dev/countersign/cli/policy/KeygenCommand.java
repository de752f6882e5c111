package dev.countersign.cli.policy;

import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.cli.remote.ServerRefusal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy keygen}. */
@Command(
        name = "keygen",
        description = "Make a publisher's key: the private one into a new file, the public one, for the settings, to"
                + " standard output.")
public final class KeygenCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Where the private key goes; mode 600.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() {
        try {
            var key = PublisherKey.generate();
            PrivateFile.create(file, key.toPrivateJson());
            spec.commandLine().getOut().println(key.toPublicJson());
            return 0;
        } catch (ServerRefusal e) {
            spec.commandLine().getErr().println(e.text());
            return Faults.REFUSED;
        }
    }
}
