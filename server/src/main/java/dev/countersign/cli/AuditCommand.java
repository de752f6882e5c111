package dev.countersign.cli;

import dev.countersign.evidence.AuditExport;
import dev.countersign.evidence.AuditReport;
import dev.countersign.evidence.AuditVerification;
import dev.countersign.evidence.LogSource;
import dev.countersign.evidence.Trust;
import dev.countersign.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit}: verifies and exports the evidence without a running server. */
@Command(
        name = "audit",
        description = "Verify or export the evidence log, offline.",
        synopsisSubcommandLabel = "(verify | export)")
public final class AuditCommand implements Runnable {
    /** Exit code when the log was read and something in it is wrong. */
    static final int PROBLEMS = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what: verify or export");
    }

    /** {@code audit verify}. */
    @Command(
            name = "verify",
            description =
                    "Recompute the whole log: entries, tree, checkpoints. Exit 0: all fits; 1: something does not.")
    int verify(
            @ArgGroup(multiplicity = "1") Place place,
            @Option(
                            names = "--key",
                            paramLabel = "VKEY",
                            description =
                                    "Checkpoint key you trust (signed-note form, or a file with it). Default: the one beside the log.")
                    @Nullable
                    String key,
            @Option(
                            names = "--checkpoint",
                            paramLabel = "FILE",
                            description = "Checkpoint kept from earlier that the log must continue.")
                    @Nullable
                    Path checkpoint,
            @Option(names = "--json", description = "One JSON object on standard output.") boolean json) {
        try (var log = place.open()) {
            var report = AuditVerification.verify(
                    log, new Trust(key == null ? null : keyText(key), checkpoint == null ? null : read(checkpoint)));
            print(report, json);
            return report.ok() ? 0 : PROBLEMS;
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** {@code audit export}. */
    @Command(
            name = "export",
            description =
                    "Write checkpoints, tiles, entries and public keys into an empty folder that verifies by itself.")
    int export(
            @ArgGroup(multiplicity = "1") Place place,
            @Parameters(paramLabel = "DIR", description = "The folder to write.") Path folder) {
        try (var log = place.open()) {
            var entries = AuditExport.write(log, folder);
            spec.commandLine().getOut().println(entries + " entries written to " + folder);
            return 0;
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void print(AuditReport report, boolean json) {
        var out = spec.commandLine().getOut();
        if (json) {
            var object = Json.MAPPER.createObjectNode();
            object.put("ok", report.ok()).put("entries", report.entries()).put("signed", report.signed());
            object.put("key_pinned", report.keyPinned());
            var problems = object.putArray("problems");
            for (var problem : report.problems()) {
                problems.addObject()
                        .put("code", problem.code())
                        .put("index", problem.index())
                        .put("text", problem.text());
            }
            out.println(Json.MAPPER.writeValueAsString(object));
            return;
        }
        report.problems().forEach(problem -> out.println(problem.text()));
        out.println((report.ok() ? "ok: " : "NOT ok: ") + report.entries() + " entries, " + report.signed()
                + " of them under signed checkpoints"
                + (report.keyPinned() ? "" : " (key taken from beside the log; give --key to trust it)"));
    }

    private static String keyText(String given) {
        return given.contains("+") ? given : read(Path.of(given)).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " cannot be read", e);
        }
    }

    /** Where the log is. */
    static final class Place {
        @Option(names = "--database", paramLabel = "FILE.db", description = "Embedded database.")
        private @Nullable Path database;

        @Option(
                names = "--url",
                paramLabel = "JDBC",
                description = "jdbc:postgresql:… with user and password in it or in PGUSER, PGPASSWORD.")
        private @Nullable String url;

        @Option(names = "--bundle", paramLabel = "DIR", description = "Folder that export wrote.")
        private @Nullable Path bundle;

        LogSource open() {
            if (database != null) {
                return LogSource.sqlite(database);
            }
            if (url != null) {
                return LogSource.postgresql(url, System.getenv("PGUSER"), System.getenv("PGPASSWORD"));
            }
            if (bundle != null) {
                return LogSource.bundle(bundle);
            }
            throw new IllegalStateException("No log was named");
        }
    }
}
