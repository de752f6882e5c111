package dev.countersign.recorded;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where records are read from one after the other, without a server and without changing anything. Methods throw
 * {@link IllegalStateException} when it cannot be read.
 */
public sealed interface RecordSource extends AutoCloseable permits DatabaseRecords, RecordFile {
    /** The embedded database; opened read-only, also beside a running server. */
    static RecordSource sqlite(Path file) {
        return DatabaseRecords.sqlite(file);
    }

    /** A PostgreSQL database. */
    static RecordSource postgresql(String url, @Nullable String user, @Nullable String password) {
        return DatabaseRecords.postgresql(url, user, password);
    }

    /** A file with one record on each line. */
    static RecordSource file(Path file) {
        return new RecordFile(file);
    }

    /** Hands over every record that may be from {@code since} or later, oldest first. */
    void each(Instant since, Consumer<Raw> reader);

    /** Reads what {@link #each} hands over. Each thread takes its own and closes it. */
    Decoder decoder();

    @Override
    void close();

    /**
     * A record as it lies there.
     *
     * @param place where, for people
     */
    record Raw(String place, byte[] bytes) {}

    /** Turns bytes into records. For one thread. */
    abstract sealed class Decoder implements AutoCloseable permits DatabaseRecords.Unpacking, RecordFile.Plain {
        /** One line of JSON, UTF-8. */
        public abstract byte[] json(Raw raw);

        /** Throws {@link IllegalStateException} with the place when it is no record. */
        public final DecisionRecord decode(Raw raw) {
            try {
                return RecordJson.read(json(raw));
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(raw.place() + ": " + e.getMessage(), e);
            }
        }

        @Override
        public abstract void close();
    }
}
