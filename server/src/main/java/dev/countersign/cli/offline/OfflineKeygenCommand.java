package dev.countersign.cli.offline;

import dev.countersign.cli.remote.ServerRefusal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code offline-keygen}. */
@Command(name = "offline-keygen", description = "Make a key for signing without network, in a new file, mode 600.")
public final class OfflineKeygenCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PassphraseOptions passphrase;

    @Parameters(paramLabel = "FILE", description = "Where the key goes.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() {
        try {
            var key = DeviceKey.generate();
            new DeviceFile(key, null, passphrase.ofNewKey()).create(file);
            spec.commandLine().getOut().println(file + ": made. Enrol it at /offline-keys.");
            spec.commandLine().getOut().println("Fingerprint of the key  " + key.shownFingerprint());
            return 0;
        } catch (ServerRefusal e) {
            spec.commandLine().getErr().println(e.text());
            return OfflineSignCommand.REFUSED;
        }
    }
}
