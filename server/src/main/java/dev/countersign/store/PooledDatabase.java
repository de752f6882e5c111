package dev.countersign.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.countersign.http.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool of read connections and the means to open the writer's. */
final class PooledDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(PooledDatabase.class);

    private final Engine engine;
    private final HikariDataSource readers;
    private final Jdbi jdbi;
    private final Connector writer;

    PooledDatabase(Engine engine, HikariDataSource readers, Connector writer) {
        this.engine = engine;
        this.readers = readers;
        this.jdbi = Jdbi.create(readers);
        this.writer = writer;
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        try (var handle = jdbi.open()) {
            return query.apply(handle);
        } catch (ConnectionException | StatementException e) {
            LOG.error("a read failed", e);
            throw Problem.unavailable("The database is not available");
        }
    }

    @Override
    public Connection openWriter() throws SQLException {
        var connection = writer.connect();
        try {
            connection.setAutoCommit(false); // SQLite takes the write lock here, or fails to
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public void close() {
        readers.close();
    }

    /** Opens one more connection. */
    interface Connector {
        Connection connect() throws SQLException;
    }
}
