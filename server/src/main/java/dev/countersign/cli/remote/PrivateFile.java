package dev.countersign.cli.remote;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files with secrets: readable by their owner alone from the first byte on. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Writes a file that must not be there yet. */
    public static void create(Path file, String text) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text + "\n");
        } catch (FileAlreadyExistsException e) {
            throw new ServerRefusal(file + ": is there already");
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be written");
        }
    }

    /** Writes a file, in the place of the one that is there. */
    public static void replace(Path file, String text) {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            create(fresh, text);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be written");
        }
    }
}
