package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.policy.CedarJsonException;
import dev.countersign.policy.RequestJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A file with one request on each line: a request itself, or an object with it in {@code request} and, in
 * {@code answered.requirements}, what was met then.
 */
final class RequestLines {
    /** Longest line, characters. */
    static final int MAX_LINE = RequestJson.MAX_LENGTH;

    private RequestLines() {}

    /**
     * One of them.
     *
     * @param place {@code file:line}
     * @param met kinds of the requirements that were met
     */
    record Line(String place, RequestJson asked, List<String> met) {}

    /** Throws {@link YamlFile.Malformed} naming the line. */
    static void each(Path file, Consumer<Line> consumer) {
        try (var reader = Files.newBufferedReader(file)) {
            var number = 1;
            for (var line = line(reader, file + ":" + number); line != null; line = line(reader, file + ":" + number)) {
                if (!line.isBlank()) {
                    consumer.accept(read(line, file + ":" + number));
                }
                number++;
            }
        } catch (IOException e) {
            throw new YamlFile.Malformed(file + ": cannot be read");
        }
    }

    /** Null at the end. By hand: a line that never ends must not fill the memory. */
    private static @Nullable String line(Reader reader, String place) throws IOException {
        var c = reader.read();
        if (c < 0) {
            return null;
        }
        var line = new StringBuilder();
        for (; c >= 0 && c != '\n'; c = reader.read()) {
            if (line.length() == MAX_LINE) {
                throw new YamlFile.Malformed(place + ": longer than " + MAX_LINE + " characters");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private static Line read(String line, String place) {
        try {
            var json = Json.MAPPER.readTree(line);
            var request = json.path("request");
            return request.isObject()
                    ? new Line(
                            place,
                            RequestJson.read(request),
                            met(json.path("answered").path("requirements")))
                    : new Line(place, RequestJson.read(json), List.of());
        } catch (CedarJsonException e) {
            throw new YamlFile.Malformed(place + ": " + e.getMessage());
        } catch (JacksonException e) {
            throw new YamlFile.Malformed(place + ": not valid JSON");
        }
    }

    private static List<String> met(JsonNode requirements) {
        var met = new ArrayList<String>();
        for (var requirement : requirements) {
            if (requirement.path("satisfied").asBoolean(false)) {
                met.add(requirement.path("kind").asString(""));
            }
        }
        return met;
    }
}
