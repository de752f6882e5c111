package dev.countersign.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;

/**
 * Test cases of others for Cedar engines, in the format of cedar-policy/cedar-integration-tests: what they expect, compared
 * with what this engine does.
 */
public final class Corpus {
    private final Map<String, String> files;

    private Corpus(Map<String, String> files) {
        this.files = files;
    }

    /** Reads a folder or a {@code .tar.gz}. Throws {@link IOException} with what is wrong. */
    public static Corpus read(Path place) throws IOException {
        return new Corpus(CorpusFiles.read(place));
    }

    /** Runs every case, on all cores. */
    public CorpusReport run() throws InterruptedException {
        var cores = Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newFixedThreadPool(cores, DeepStack::thread)) {
            var cases = new ArrayList<Callable<CorpusReport>>();
            for (var name : files.keySet()) {
                if (name.endsWith(".json")) {
                    cases.add(() -> run(name));
                }
            }
            var report = CorpusReport.NOTHING;
            for (var each : threads.invokeAll(cases)) {
                report = report.plus(each.get());
            }
            return report;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a case of the corpus stopped the engine", e.getCause());
        }
    }

    private CorpusReport run(String name) {
        try {
            var read = CorpusCase.read(name, files);
            return read == null ? CorpusReport.NOTHING : read.run();
        } catch (JacksonException | IllegalArgumentException e) {
            return CorpusReport.unreadable(name, 0, String.valueOf(e.getMessage()));
        }
    }
}
