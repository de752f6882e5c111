package dev.countersign.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The database. Features read here; all writes go through {@link dev.countersign.evidence.Journal}. */
public interface Database extends AutoCloseable {
    /** Runs {@code query} on a read connection that sees everything committed before. Throws Problem 503 when away. */
    <T> T read(Function<Handle, T> query);

    /** A connection of its own for the journal's writer, auto-commit off. The caller closes it. */
    Connection openWriter() throws SQLException;

    /** Which engine this is: a few statements differ. */
    Engine engine();

    @Override
    void close();

    /** The supported engines. */
    enum Engine {
        SQLITE,
        POSTGRESQL
    }
}
