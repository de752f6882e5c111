package dev.countersign.cli.policy;

import dev.countersign.cli.policy.PolicyTestRun.Failed;
import dev.countersign.http.Json;
import dev.countersign.policy.Explanation;
import dev.countersign.policy.ExplanationJson;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code policy test}. */
@Command(
        name = "test",
        description =
                "Run the *.test.yaml files beside the policies. Exit 0: all pass; 1: a case fails, the policies are"
                        + " refused, or --require-coverage is not met; 2: a test file cannot be read.")
public final class TestCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The folder with policies and tests; default: here.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(names = "--require-coverage", description = "Fail when a policy applies in no case.")
    private boolean requireCoverage;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        try {
            var set = PolicySet.load(folder);
            var cases = PolicyCases.in(folder);
            if (cases.isEmpty()) {
                throw new YamlFile.Malformed(folder + ": no cases in any *" + PolicyCases.SUFFIX);
            }
            var run = PolicyTestRun.of(set, cases);
            if (json) {
                line.getOut().println(Json.MAPPER.writeValueAsString(json(set, run)));
            } else {
                print(line.getOut(), set, run);
            }
            return run.passes(requireCoverage) ? ExitCode.OK : FAILED;
        } catch (PolicyLoadException e) {
            return Faults.print(line, e, json);
        } catch (YamlFile.Malformed e) {
            line.getErr().println(e.getMessage());
            return ExitCode.USAGE;
        }
    }

    private void print(PrintWriter out, PolicySet set, PolicyTestRun run) {
        for (var failed : run.failed()) {
            var test = failed.test();
            out.println("FAIL  " + test.place() + "  " + test.name());
            out.println("  expected  " + test.expected());
            out.println("  got       " + ExplanationText.answer(failed.got()));
            out.println();
            out.print(ExplanationText.of(explanation(set, test), "    "));
            out.println();
        }
        out.println(run.cases()
                + (run.cases() == 1 ? " case, " : " cases, ")
                + (run.failed().isEmpty() ? "all pass" : run.failed().size() + " FAIL"));
        var touched = run.policies() - run.untouched().size();
        out.println(touched + " of " + run.policies() + " policies applied in some case"
                + (run.untouched().isEmpty() ? "" : "; in none: " + String.join(", ", run.untouched())));
        if (requireCoverage && !run.untouched().isEmpty()) {
            out.println("FAIL  --require-coverage");
        }
        out.flush();
    }

    private static Explanation explanation(PolicySet set, PolicyCase test) {
        return set.explain(
                test.asked().request(), set.entities().with(test.asked().entities()), test.satisfied(), false);
    }

    private ObjectNode json(PolicySet set, PolicyTestRun run) {
        var object = Json.MAPPER.createObjectNode();
        object.put("ok", run.passes(requireCoverage));
        object.put("cases", run.cases())
                .put("passed", run.cases() - run.failed().size());
        var failed = object.putArray("failed");
        run.failed().forEach(each -> failed.add(json(set, each)));
        var coverage = object.putObject("coverage").put("policies", run.policies());
        words(coverage, "untouched", run.untouched());
        return object;
    }

    private static ObjectNode json(PolicySet set, Failed failed) {
        var test = failed.test();
        var object = Json.MAPPER.createObjectNode();
        object.put("file", test.file()).put("line", test.line()).put("name", test.name());
        var expected =
                object.putObject("expected").put("decision", test.expected().decision());
        if (test.expected().reason() != null) {
            expected.put("reason", test.expected().reason());
        }
        if (test.expected().policies() != null) {
            words(expected, "policies", List.copyOf(test.expected().policies()));
        }
        if (test.expected().requirements() != null) {
            words(expected, "requirements", List.copyOf(test.expected().requirements()));
        }
        object.set("explanation", ExplanationJson.write(explanation(set, test)));
        return object;
    }

    private static void words(ObjectNode object, String name, List<String> words) {
        var array = object.putArray(name);
        words.forEach(array::add);
    }
}
