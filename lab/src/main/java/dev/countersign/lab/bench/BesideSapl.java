package dev.countersign.lab.bench;

import dev.countersign.lab.demo.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** SAPL's embedded decision point on the same policies, in a process of its own (module {@code beside}). */
final class BesideSapl {
    /** How long all of it may take. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private BesideSapl() {}

    /** Median nanoseconds of one decision by number of policies. Throws {@link IOException} when it cannot be measured. */
    static Map<Integer, Long> medians(int... policies) throws IOException, InterruptedException {
        var libraries = Home.find().resolve("beside/target/lib");
        if (!Files.isDirectory(libraries)) {
            throw new IOException("the module beside is not built");
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                libraries + "/*",
                "dev.countersign.beside.SaplMedian"));
        for (var count : policies) {
            command.add(Integer.toString(count));
        }
        var output = Files.createTempFile("beside", ".txt");
        try {
            var process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no result within " + LIMIT);
            }
            try (var lines = Files.lines(output)) {
                return medians(lines);
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static Map<Integer, Long> medians(Stream<String> lines) {
        var medians = new TreeMap<Integer, Long>();
        lines.map(line -> line.split(" "))
                .forEach(words -> medians.put(Integer.parseInt(words[0]), Long.parseLong(words[1])));
        return medians;
    }
}
