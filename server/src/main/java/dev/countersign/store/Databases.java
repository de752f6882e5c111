package dev.countersign.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.countersign.Settings;
import dev.countersign.store.Database.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/** Opens and migrates the database that the settings name. */
public final class Databases {
    /** Read connections to SQLite: readers do not block one another or the writer under WAL. */
    static final int SQLITE_READERS = 4;

    /** Connections to PostgreSQL for reads of one node. */
    static final int POSTGRESQL_READERS = 16;

    /** How long a statement waits for a lock that someone else holds on the SQLite file. */
    static final Duration SQLITE_BUSY = Duration.ofSeconds(2);

    /** How long a read waits for a free connection before the door stays closed. */
    static final Duration CONNECTION_WAIT = Duration.ofSeconds(2);

    private Databases() {}

    /** SQLite in the data folder unless a PostgreSQL URL is given. */
    public static Database open(Settings settings) {
        var url = settings.databaseUrl();
        if (url == null) {
            return openSqlite(settings);
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("The database URL must start with jdbc:postgresql:");
        }
        return openPostgresql(url, settings);
    }

    private static Database openSqlite(Settings settings) {
        try {
            Files.createDirectories(settings.data());
        } catch (IOException e) {
            throw new UncheckedIOException("The data folder cannot be made", e);
        }
        var url = "jdbc:sqlite:" + settings.data().resolve("countersign.db");
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setTransactionMode(
                TransactionMode.IMMEDIATE); // a writer waits for the lock at once, not at its first write
        config.setBusyTimeout(Math.toIntExact(SQLITE_BUSY.toMillis()));
        var source = new SQLiteDataSource(config);
        source.setUrl(url);
        migrate(Flyway.configure().dataSource(source), "blob", "binary");
        var pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(SQLITE_READERS);
        pool.setMinimumIdle(1);
        pool.setConnectionInitSql("pragma query_only = 1"); // writes go through the journal alone
        return new PooledDatabase(Engine.SQLITE, new HikariDataSource(bounded(pool)), source::getConnection);
    }

    private static Database openPostgresql(String url, Settings settings) {
        var properties = new Properties();
        if (settings.databaseUser() != null) {
            properties.setProperty("user", settings.databaseUser());
        }
        if (settings.databasePassword() != null) {
            properties.setProperty("password", settings.databasePassword());
        }
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("reWriteBatchedInserts", "true");
        migrate(
                Flyway.configure().dataSource(url, settings.databaseUser(), settings.databasePassword()),
                "bytea",
                "\"C\"");
        var pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setDataSourceProperties(properties);
        pool.setMaximumPoolSize(POSTGRESQL_READERS);
        pool.setMinimumIdle(2);
        pool.setConnectionInitSql("set default_transaction_read_only = on"); // writes go through the journal alone
        return new PooledDatabase(
                Engine.POSTGRESQL, new HikariDataSource(bounded(pool)), () -> connect(url, properties));
    }

    private static Connection connect(String url, Properties properties) throws SQLException {
        var connection = DriverManager.getConnection(url, properties);
        try (var statement = connection.createStatement()) {
            // A server that answers before its disk has the commit would lose evidence of what was permitted.
            statement.execute("select set_config('synchronous_commit', 'on', false)"
                    + " where current_setting('synchronous_commit') = 'off'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static HikariConfig bounded(HikariConfig pool) {
        pool.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        pool.setPoolName("countersign-reads");
        return pool;
    }

    /**
     * @param bytes the type of byte strings
     * @param order the collation that orders texts by their bytes
     */
    private static void migrate(
            org.flywaydb.core.api.configuration.FluentConfiguration flyway, String bytes, String order) {
        flyway.placeholders(Map.of("bytes", bytes, "byte_order", order))
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }
}
