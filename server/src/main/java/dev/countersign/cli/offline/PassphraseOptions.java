package dev.countersign.cli.offline;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How commands are told of a passphrase. */
final class PassphraseOptions {
    @Option(names = "--passphrase", description = "Keep a new key under a passphrase, which is asked for.")
    private boolean wanted;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "The passphrase is the first line of this file, and is not asked for.")
    private @Nullable Path file;

    /** For a key that is there. */
    Passphrase known() {
        return new Passphrase(file);
    }

    /** Under what a new key is kept, or null. */
    @Nullable
    String ofNewKey() {
        return wanted || file != null ? new Passphrase(file).chosen() : null;
    }
}
