package dev.countersign.cli.policy;

import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySetDiff;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy diff}. */
@Command(
        name = "diff",
        description = "Say what differs in meaning between two folders, and which requests get another answer."
                + " Exit 0: nothing; 1: something; 2: a folder or file cannot be used.")
public final class DiffCommand implements Callable<Integer> {
    private static final int DIFFERENT = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "OLD", description = "The folder as it was.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path before;

    @Parameters(index = "1", paramLabel = "NEW", description = "The folder as it shall be.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path after;

    @Option(
            names = "--requests",
            paramLabel = "FILE.ndjson",
            description = "Requests to put to both, one on each line, beside those of the test files.")
    private @Nullable Path requests;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        try {
            var diff = PolicySetDiff.between(before, after);
            var answers = new AnswerChanges(diff.before(), diff.after());
            ask(answers);
            if (json) {
                line.getOut().println(DiffJson.write(diff, answers));
            } else {
                line.getOut().print(DiffText.of(diff, answers));
                line.getOut().flush();
            }
            return diff.isEmpty() && answers.changed() == 0 ? ExitCode.OK : DIFFERENT;
        } catch (PolicyLoadException e) {
            Faults.print(line, e, json);
            return ExitCode.USAGE;
        } catch (YamlFile.Malformed e) {
            line.getErr().println(e.getMessage());
            return ExitCode.USAGE;
        }
    }

    /** A case that stands in both folders is asked once. */
    private void ask(AnswerChanges answers) {
        var known = new HashSet<Object>();
        for (var folder : new Path[] {after, before}) {
            for (var test : PolicyCases.in(folder)) {
                if (known.add(List.of(test.name(), test.asked()))) {
                    answers.ask(test.place(), test.name(), test.asked(), test.satisfied());
                }
            }
        }
        if (requests != null) {
            RequestLines.each(requests, each -> answers.ask(each.place(), "", each.asked(), Satisfied.of(each.met())));
        }
    }
}
