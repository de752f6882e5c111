package dev.countersign.cli.policy;

import dev.countersign.cli.SettingsFile.InvalidSettings;
import dev.countersign.recorded.RecordSource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code policy records}. */
@Command(
        name = "records",
        description = "Write recorded decisions to standard output, one JSON object on each line, oldest first.")
public final class RecordsCommand implements Callable<Integer> {
    private final InstantSource clock = InstantSource.system();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Records records;

    @Option(
            names = "--since",
            required = true,
            paramLabel = "AGO",
            converter = Records.Since.class,
            description = "7d, 12h, 30m, or a time in UTC.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Records.Since.Start since;

    @Override
    public Integer call() {
        try (var source = records.open()) {
            write(source, since.at(clock.instant()));
            return 0;
        } catch (IllegalStateException | InvalidSettings e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void write(RecordSource source, Instant from) {
        var out = spec.commandLine().getOut();
        try (var decoder = source.decoder()) {
            source.each(
                    from,
                    raw -> decoder.decode(raw, from, (_, json) -> {
                        out.print(new String(json, StandardCharsets.UTF_8));
                        out.print('\n');
                    }));
        }
        out.flush();
    }
}
