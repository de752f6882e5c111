package dev.countersign.store;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Reads. All writes go through {@link dev.countersign.evidence.Journal}. */
public interface Database extends AutoCloseable {
    /** Runs {@code query} on a read connection that sees everything committed before. Throws Problem 503 when away. */
    <T> T read(Function<Handle, T> query);

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
