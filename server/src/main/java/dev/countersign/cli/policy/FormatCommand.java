package dev.countersign.cli.policy;

import dev.countersign.policy.PolicyFault;
import dev.countersign.policy.PolicyFormat;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy format}. */
@Command(
        name = "format",
        description =
                "Lay out every *.cedar file the one way; comments stay. Exit 0: done; 1: with --check, a file would"
                        + " change, or a file does not parse; 2: the folder cannot be used.")
public final class FormatCommand implements Callable<Integer> {
    private static final int NOT_FORMATTED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder with the policies.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(names = "--check", description = "Write nothing, name the files that would change.")
    private boolean check;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        try {
            var changed = 0;
            for (var file : files()) {
                var text = text(file);
                var formatted = PolicyFormat.format(folder.relativize(file).toString(), text);
                if (!formatted.equals(text)) {
                    changed++;
                    line.getOut().println((check ? "would change " : "formatted ") + file);
                    if (!check) {
                        replace(file, formatted);
                    }
                }
            }
            return check && changed > 0 ? NOT_FORMATTED : ExitCode.OK;
        } catch (PolicyLoadException e) {
            return Faults.print(line, e, false);
        } catch (IOException | UncheckedIOException e) {
            line.getErr().println(folder + ": cannot be read or written: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    private List<Path> files() throws IOException {
        try (var found = Files.walk(folder)) {
            return found.filter(file -> file.toString().endsWith(".cedar"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private String text(Path file) throws IOException, PolicyLoadException {
        if (Files.size(file) > PolicySource.MAX_FILE_BYTES) {
            throw new PolicyLoadException(List.of(new PolicyFault(
                    file.toString(), 0, 0, "larger than " + PolicySource.MAX_FILE_BYTES + " bytes", "", "")));
        }
        return Files.readString(file);
    }

    /** Whole or not at all: a server may be watching the folder. */
    private static void replace(Path file, String text) throws IOException {
        var next = Files.createTempFile(file.toAbsolutePath().getParent(), "format", ".new");
        Files.writeString(next, text);
        Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(file));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
