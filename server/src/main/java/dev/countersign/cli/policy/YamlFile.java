package dev.countersign.cli.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** A YAML file read strictly, with the line of everything in it. */
final class YamlFile {
    /** Largest file, bytes. */
    static final int MAX_BYTES = 1 << 20;

    /** Deepest nesting. */
    static final int MAX_DEPTH = 64;

    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .build();

    private final String name;
    private final JsonNode root;
    private final Map<String, Integer> lines;

    private YamlFile(String name, JsonNode root, Map<String, Integer> lines) {
        this.name = name;
        this.root = root;
        this.lines = lines;
    }

    /** @param name for messages. Throws {@link Malformed}. */
    static YamlFile read(Path file, String name) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Malformed(name + ": larger than " + MAX_BYTES + " bytes");
            }
            var bytes = Files.readAllBytes(file);
            return new YamlFile(name, YAML.readTree(bytes), lines(bytes, name));
        } catch (IOException e) {
            throw new Malformed(name + ": cannot be read");
        } catch (JacksonException e) {
            var place = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new Malformed(name + place + ": " + e.getOriginalMessage());
        }
    }

    /** The line of each value, by its pointer. An alias would be read as the text of its name, so there must be none. */
    private static Map<String, Integer> lines(byte[] bytes, String name) {
        var lines = new HashMap<String, Integer>();
        try (var parser = (YAMLParser) YAML.createParser(bytes)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                var line = parser.currentTokenLocation().getLineNr();
                if (parser.isCurrentAlias()) {
                    throw new Malformed(
                            name + ":" + line + ": an alias; share what cases have in common under `given`");
                }
                if (token != JsonToken.END_ARRAY && token != JsonToken.END_OBJECT) {
                    lines.putIfAbsent(parser.streamReadContext().pathAsPointer().toString(), line);
                }
            }
        }
        return lines;
    }

    String name() {
        return name;
    }

    JsonNode root() {
        return root;
    }

    /** The line of what {@code pointer} names, or of what it is in; from 1. */
    int line(String pointer) {
        for (var at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            var line = lines.get(at);
            if (line != null) {
                return line;
            }
        }
        return 1;
    }

    /** A refusal of what {@code pointer} names. */
    Malformed refuse(String pointer, String reason) {
        return new Malformed(name + ":" + line(pointer) + ": " + (pointer.isEmpty() ? "" : pointer + ": ") + reason);
    }

    /** A file that cannot be used; the message names file, line and member. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }
}
