package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.policy.Corpus;
import dev.countersign.policy.CorpusReport;
import dev.countersign.policy.Disagreement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy corpus}. */
@Command(
        name = "corpus",
        description = {
            "Run a corpus of Cedar test cases: decisions, determining policies, policies in error, validation.",
            "Exit 0: everything is as expected; 1: something is not."
        })
public final class CorpusCommand implements Callable<Integer> {
    /** Exit code when something differs. */
    static final int DIFFERS = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR|FILE.tar.gz",
            description = "Cases in the format of cedar-policy/cedar-integration-tests.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path place;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        var began = System.nanoTime();
        var report = read().run();
        if (report.cases() == 0) {
            throw new ParameterException(spec.commandLine(), "No case in " + place);
        }
        print(report, (System.nanoTime() - began) / 1e9);
        return report.disagree().isEmpty() ? 0 : DIFFERS;
    }

    private Corpus read() {
        try {
            return Corpus.read(place);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), place + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void print(CorpusReport report, double seconds) {
        var out = spec.commandLine().getOut();
        if (!json) {
            report.disagree().forEach(each -> out.println(line(each)));
            out.printf(
                    "%d cases, %d requests, %d agree, %.1f s%n",
                    report.cases(), report.requests(), report.agree(), seconds);
            return;
        }
        var object = Json.MAPPER.createObjectNode();
        object.put("cases", report.cases()).put("requests", report.requests()).put("agree", report.agree());
        var disagree = object.putArray("disagree");
        for (var each : report.disagree()) {
            var entry = disagree.addObject().put("case", each.testCase());
            if (each.request() >= 0) {
                entry.put("request", each.request());
            }
            entry.put("expected", each.expected()).put("got", each.got());
        }
        object.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
        out.println(Json.MAPPER.writeValueAsString(object));
    }

    private static String line(Disagreement each) {
        return each.testCase() + (each.request() < 0 ? "" : " request " + each.request()) + ": expected "
                + each.expected() + ", got " + each.got();
    }
}
