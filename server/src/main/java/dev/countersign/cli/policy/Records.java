package dev.countersign.cli.policy;

import dev.countersign.cli.SettingsFile;
import dev.countersign.recorded.RecordSource;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a command finds recorded decisions: one of these. */
final class Records {
    @Option(names = "--settings", paramLabel = "FILE", description = "The server's settings: its database.")
    private @Nullable Path settings;

    @Option(
            names = "--database",
            paramLabel = "FILE.db|JDBC",
            description =
                    "Embedded database, or jdbc:postgresql:… with user and password in it or in PGUSER, PGPASSWORD.")
    private @Nullable String database;

    @Option(names = "--records", paramLabel = "FILE.ndjson", description = "What `policy records` wrote.")
    private @Nullable Path records;

    /** Throws {@link IllegalStateException} or {@link SettingsFile.InvalidSettings} when it cannot be opened. */
    RecordSource open() {
        if (records != null) {
            return RecordSource.file(records);
        }
        if (settings != null) {
            var read = SettingsFile.read(settings, System.getenv());
            var url = read.databaseUrl();
            return url == null
                    ? RecordSource.sqlite(read.data().resolve("countersign.db"))
                    : RecordSource.postgresql(url, read.databaseUser(), read.databasePassword());
        }
        if (database == null) {
            throw new IllegalStateException("No records were named");
        }
        return database.startsWith("jdbc:")
                ? RecordSource.postgresql(database, System.getenv("PGUSER"), System.getenv("PGPASSWORD"))
                : RecordSource.sqlite(Path.of(database));
    }

    /** Reads {@code 7d}, {@code 12h}, {@code 30m}, {@code 90s}, or an RFC 3339 time in UTC. */
    static final class Since implements ITypeConverter<Since.Start> {
        private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");

        @Override
        public Start convert(String text) {
            var ago = AGO.matcher(text);
            if (ago.matches()) {
                var amount = Long.parseLong(ago.group(1));
                var duration = switch (ago.group(2)) {
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
                return now -> now.minus(duration);
            }
            try {
                var time = Instant.parse(text);
                return _ -> time;
            } catch (DateTimeException e) {
                throw new TypeConversionException("expected 7d, 12h, 30m or a time like 2026-11-24T12:00:00Z");
            }
        }

        /** When to begin, given the time now. */
        interface Start {
            Instant at(Instant now);
        }
    }
}
