package dev.countersign.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a policy set: name relative to its folder → text. Policies are {@code *.cedar}, the schema is
 * {@code *.cedarschema} (several are one, the same text counts once), the stored entities are every {@code entities.json}.
 */
public record PolicySource(Map<String, String> files) {
    /** Largest file, bytes. */
    public static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    /** Most files. */
    public static final int MAX_FILES = 10_000;

    /** The stored entities, at the top of the folder or of a pack in it. */
    static final String ENTITIES = "entities.json";

    public PolicySource {
        files = new TreeMap<>(files);
    }

    /** Reads a folder and those below it. Other files are passed over. */
    static PolicySource read(Path folder) throws PolicyLoadException {
        var files = new TreeMap<String, String>();
        var faults = new ArrayList<PolicyFault>();
        if (!Files.isDirectory(folder)) {
            throw new PolicyLoadException(List.of(fault(folder.toString(), "no such folder")));
        }
        try (var found = Files.walk(folder)) {
            for (var file : found.filter(Files::isRegularFile).sorted().toList()) {
                var name = folder.relativize(file).toString().replace('\\', '/');
                if (!isPart(name)) {
                    continue;
                }
                if (files.size() == MAX_FILES) {
                    faults.add(fault(folder.toString(), "more than " + MAX_FILES + " files"));
                    break;
                }
                read(file, name, files, faults);
            }
        } catch (IOException | UncheckedIOException e) {
            faults.add(fault(folder.toString(), "cannot be read: " + e.getMessage()));
        }
        if (!faults.isEmpty()) {
            throw new PolicyLoadException(faults);
        }
        return new PolicySource(files);
    }

    private static void read(Path file, String name, Map<String, String> files, List<PolicyFault> faults)
            throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            faults.add(fault(name, "larger than " + MAX_FILE_BYTES + " bytes"));
            return;
        }
        try {
            files.put(name, Files.readString(file));
        } catch (MalformedInputException e) {
            faults.add(fault(name, "not UTF-8"));
        }
    }

    private static PolicyFault fault(String file, String reason) {
        return new PolicyFault(file, 0, 0, reason, "", "");
    }

    private static boolean isPart(String name) {
        return isPolicy(name) || isSchema(name) || isEntities(name);
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
}
