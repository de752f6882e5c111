package dev.countersign.evidence;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A log as it lies in a database or a bundle, read without believing it. Everything is read from one snapshot. Methods
 * throw {@link IllegalStateException} when it cannot be read at all.
 */
public sealed interface LogSource extends Tiles.Source, AutoCloseable permits DatabaseLog, BundleLog {
    /** The embedded database; opened read-only, also beside a running server. */
    static LogSource sqlite(Path file) {
        return DatabaseLog.sqlite(file);
    }

    /** A PostgreSQL database. */
    static LogSource postgresql(String url, @Nullable String user, @Nullable String password) {
        return DatabaseLog.postgresql(url, user, password);
    }

    /** A folder that {@code audit export} wrote. */
    static LogSource bundle(Path folder) {
        return new BundleLog(folder);
    }

    /** Reads all rows in index order. */
    void entries(RowReader reader);

    /** Every checkpoint, by size. */
    List<StoredCheckpoint> checkpoints();

    /** The index that the next entry would get, where the log keeps that beside its rows. */
    OptionalLong nextIndex();

    /** The checkpoint key that lies with the log, in signed-note form: good against damage, not against its owner. */
    @Nullable
    String verifierKey();

    /** The deployment's public keys, current and retired, as a JWK set (RFC 7517). */
    String publicKeys();

    /** How many tiles there are, where that is known. */
    OptionalLong tileCount();

    @Override
    void close();

    /** Takes rows. */
    interface RowReader {
        /** {@code kind} and {@code subject} are null where only the bytes are kept. */
        void row(long index, @Nullable String kind, @Nullable String subject, byte[] bytes);
    }

    /** A checkpoint and the columns beside it; {@code size} is -1 and {@code root} null where there are none. */
    record StoredCheckpoint(long size, byte @Nullable [] root, String note) {}
}
