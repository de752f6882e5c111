package dev.countersign.cli.offline;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code offline-sign} is told of a file of requests. */
final class BatchOptions {
    @Option(names = "--batch", required = true, paramLabel = "FILE", description = "The file of requests.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path file;

    @Option(
            names = "--answers",
            paramLabel = "OUT",
            description = "Where the answers go, a new file; default: FILE.answers.")
    @Nullable
    Path answers;

    @Option(
            names = "--server-key",
            paramLabel = "KEY",
            description = "The server's key, base64url, or a file with it (jwks.json); default: that of the enrolment.")
    @Nullable
    String serverKey;

    @Option(
            names = "--skip-to",
            paramLabel = "N",
            defaultValue = "0",
            description = "Sign file N although others before it are missing.")
    long skipTo;
}
