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

    /** Hands over everything that may be from {@code since} or later, oldest first, some records at a time. */
    void each(Instant since, Consumer<Raw> reader);

    /** Reads what {@link #each} hands over. Each thread takes its own and closes it. */
    Decoder decoder();

    @Override
    void close();

    /**
     * Some records as they lie there.
     *
     * @param place where, for people
     * @param line number of the first of them there
     */
    record Raw(String place, long line, byte[] bytes) {}

    /** Turns bytes into records. For one thread. */
    abstract sealed class Decoder implements AutoCloseable permits DatabaseRecords.Unpacking, RecordFile.Plain {
        /** Lines of JSON, UTF-8. Throws {@link IllegalArgumentException}. */
        abstract byte[] text(Raw raw);

        /**
         * Calls {@code reader} with each record that was made at {@code since} or later. Throws {@link IllegalStateException}
         * with the place of what is no record.
         */
        public final void decode(Raw raw, Instant since, Reader reader) {
            byte[] text;
            try {
                text = text(raw);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(raw.place() + ": " + e.getMessage(), e);
            }
            RecordLines.each(text, raw.line(), (number, json) -> {
                DecisionRecord decision;
                try {
                    decision = RecordJson.read(json);
                } catch (IllegalArgumentException e) {
                    throw new IllegalStateException(raw.place() + ":" + number + ": " + e.getMessage(), e);
                }
                if (!decision.at().isBefore(since)) {
                    reader.record(decision, json);
                }
            });
        }

        @Override
        public abstract void close();
    }

    /** Takes records. */
    interface Reader {
        /** {@code json} is the same record as one line, UTF-8, without a line feed. */
        void record(DecisionRecord decision, byte[] json);
    }
}
