package dev.countersign.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a policy set: name relative to its folder → text. Policies are {@code *.cedar}, the schema is
 * {@code *.cedarschema} (several are one, the same text counts once), the stored entities are every {@code entities.json},
 * the mapping of claims is {@code claims.yaml}.
 */
public record PolicySource(Map<String, String> files) {
    /** Largest file, bytes. */
    public static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    /** Most files. */
    public static final int MAX_FILES = 10_000;

    /** Largest set, bytes of all files. */
    public static final int MAX_TOTAL_BYTES = 64 * 1024 * 1024;

    /** Deepest folder below the set's own. */
    public static final int MAX_FOLDER_DEPTH = 16;

    /** The stored entities, at the top of the folder or of a pack in it. */
    private static final String ENTITIES = "entities.json";

    /** Which claims become attributes and groups, at the top of the folder. */
    static final String CLAIMS = "claims.yaml";

    public PolicySource {
        files = new TreeMap<>(files);
    }

    /**
     * Reads a folder and those below it. Other files, and all whose name or folder begins with a dot, are passed over. A
     * link to a file is followed; what is named like a part of the set and cannot be read is refused: a forbid may be in it.
     */
    public static PolicySource read(Path folder) throws PolicyLoadException {
        if (!Files.isDirectory(folder)) {
            throw new PolicyLoadException(
                    List.of(fault(folder.toString(), "no such folder", "name the folder with policies and schema")));
        }
        var reading = new Reading(folder);
        try {
            Files.walkFileTree(folder, Set.of(), MAX_FOLDER_DEPTH + 1, reading);
        } catch (IOException | UncheckedIOException e) {
            reading.refuse(folder.toString(), "cannot be read: " + e.getMessage(), "");
        }
        if (reading.faults.isEmpty() && reading.files.isEmpty()) {
            reading.refuse(
                    folder.toString(),
                    "no policies in it",
                    "put *.cedar and *.cedarschema files there: docs/policy.md");
        }
        reading.faults.refuse();
        return new PolicySource(reading.files);
    }

    private static PolicyFault fault(String file, String reason, String hint) {
        return new PolicyFault(file, 0, 0, reason, "", hint);
    }

    /** The content hash that a set loaded from these files has. */
    public PolicySetHash hash() {
        return PolicySetHash.of(files);
    }

    /** True for a name of a file that a set is made of; others in its folder are passed over. */
    public static boolean isPart(String name) {
        return isPolicy(name) || isSchema(name) || isEntities(name) || name.equals(CLAIMS);
    }

    static boolean isPolicy(String name) {
        return name.endsWith(".cedar");
    }

    static boolean isSchema(String name) {
        return name.endsWith(".cedarschema");
    }

    static boolean isEntities(String name) {
        return name.equals(ENTITIES) || name.endsWith("/" + ENTITIES);
    }

    /** One walk through a folder. */
    private static final class Reading extends SimpleFileVisitor<Path> {
        private final Path folder;
        private final Map<String, String> files = new TreeMap<>();
        private final FaultList faults = new FaultList();
        private long bytes;

        Reading(Path folder) {
            this.folder = folder;
        }

        void refuse(String file, String reason, String hint) {
            faults.add(fault(file, reason, hint));
        }

        private String name(Path file) {
            return folder.relativize(file).toString().replace('\\', '/');
        }

        private boolean isHidden(Path file) {
            return !file.equals(folder) && file.getFileName().toString().startsWith(".");
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            var name = name(file);
            if (isHidden(file)) {
                return FileVisitResult.CONTINUE;
            }
            if (attributes.isDirectory()) {
                refuse(name, "a folder deeper than " + MAX_FOLDER_DEPTH, "move it up");
            } else if (attributes.isSymbolicLink() && Files.isDirectory(file)) {
                refuse(name, "a link to a folder", "links to folders are not followed: put the folder itself there");
            } else if (isPart(name)) {
                return part(file, name);
            }
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult part(Path file, String name) throws IOException {
            if (!Files.isRegularFile(file)) {
                refuse(name, "not a file that can be read", "a link that leads nowhere or in a circle?");
                return FileVisitResult.CONTINUE;
            }
            if (files.size() == MAX_FILES) {
                refuse(folder.toString(), "more than " + MAX_FILES + " files", "put several policies into one file");
                return FileVisitResult.TERMINATE;
            }
            return read(file, name);
        }

        private FileVisitResult read(Path file, String name) throws IOException {
            byte[] content;
            try (var in = Files.newInputStream(file)) {
                content = in.readNBytes(MAX_FILE_BYTES + 1);
            }
            bytes += content.length;
            if (content.length > MAX_FILE_BYTES) {
                refuse(name, "larger than " + MAX_FILE_BYTES + " bytes", "split it");
            } else if (bytes > MAX_TOTAL_BYTES) {
                refuse(
                        folder.toString(),
                        "larger than " + MAX_TOTAL_BYTES + " bytes in all",
                        "state what differs between policies as attributes and groups of entities");
                return FileVisitResult.TERMINATE;
            } else {
                decode(name, content);
            }
            return FileVisitResult.CONTINUE;
        }

        private void decode(String name, byte[] content) {
            var in = ByteBuffer.wrap(content);
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            try {
                files.put(name, decoder.decode(in).toString());
            } catch (CharacterCodingException e) {
                var before = new String(content, 0, in.position(), StandardCharsets.UTF_8);
                faults.add(new SourceText(name, before)
                        .fault(before.length(), "not UTF-8", "save the file as UTF-8; from here on it is not"));
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            refuse(name(file), "cannot be read: " + e.getMessage(), "may the server read it?");
            return FileVisitResult.CONTINUE;
        }
    }
}
