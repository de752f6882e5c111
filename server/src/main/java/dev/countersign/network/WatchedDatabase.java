package dev.countersign.network;

import dev.countersign.network.MaxMindDatabase.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database file that is looked at now and then. One that is broken does not replace the one before. Of one thread. */
final class WatchedDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedDatabase.class);

    private final Path file;
    private final Subject subject;
    private MaxMindDatabase current;
    private @Nullable Stamp seen;

    private WatchedDatabase(Path file, Subject subject, @Nullable Stamp seen, MaxMindDatabase current) {
        this.file = file;
        this.subject = subject;
        this.seen = seen;
        this.current = current;
    }

    /** Throws IllegalStateException with what is wrong: without a database that was asked for we do not start. */
    static @Nullable WatchedDatabase open(String setting, @Nullable Path file, Subject subject) {
        if (file == null) {
            return null;
        }
        try {
            var stamp = Stamp.of(file);
            return new WatchedDatabase(file, subject, stamp, MaxMindDatabase.read(file, subject));
        } catch (IOException e) {
            throw new IllegalStateException("surroundings.network." + setting + ": " + e.getMessage(), e);
        }
    }

    MaxMindDatabase current() {
        return current;
    }

    /** Reads the file again if it changed. True when there is another database now. */
    boolean refresh() {
        var now = Stamp.of(file);
        if (Objects.equals(now, seen)) {
            return false;
        }
        seen = now;
        try {
            current = MaxMindDatabase.read(file, subject);
            LOG.info("{}: now {}", file, current);
            return true;
        } catch (IOException e) {
            LOG.warn("{}; the one before stays: {}", e.getMessage(), current);
            return false;
        }
    }

    /** What changes with a file's content: a renamed file has another key, a rewritten one another time or size. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {
        static @Nullable Stamp of(Path file) {
            try {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            } catch (IOException e) {
                return null; // gone: reading it says so
            }
        }
    }
}
