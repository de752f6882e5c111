package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.policy.ExplanationJson;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RequestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy explain}. */
@Command(
        name = "explain",
        description = "Say why a request gets its answer, and which single change would have permitted it."
                + " Exit 0: explained; 1: the policies are refused; 2: the request cannot be read.")
public final class ExplainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "REQUEST.json", description = "Principal, action, resource, context and entities.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(names = "--policies", paramLabel = "DIR", required = true, description = "The folder with the policies.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(
            names = "--satisfied",
            paramLabel = "KIND[:POLICY]",
            split = ",",
            description = "Requirements that are met already: step-up, approval, signature, proof.")
    private List<String> satisfied = List.of();

    @Option(names = "--all", description = "Also tell of policies that are about something else.")
    private boolean all;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        try {
            var asked = read();
            var set = PolicySet.load(folder);
            var explanation =
                    set.explain(asked.request(), set.entities().with(asked.entities()), Satisfied.of(satisfied), all);
            if (json) {
                line.getOut().println(Json.MAPPER.writeValueAsString(ExplanationJson.write(explanation)));
            } else {
                line.getOut().print(ExplanationText.of(explanation, ""));
                line.getOut().flush();
            }
            return ExitCode.OK;
        } catch (PolicyLoadException e) {
            return Faults.print(line, e, json);
        } catch (IllegalArgumentException e) {
            line.getErr().println(file + ": " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    /** Throws {@link IllegalArgumentException} when it is no request. */
    private RequestJson read() {
        try {
            if (Files.size(file) > RequestJson.MAX_LENGTH) {
                throw new IllegalArgumentException("larger than " + RequestJson.MAX_LENGTH + " bytes");
            }
            return RequestJson.parse(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read", e);
        }
    }
}
