package dev.countersign.recorded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** Records in the database of a deployment, read in one read-only transaction. */
final class DatabaseRecords implements RecordSource {
    private static final int FETCH_ROWS = 64;

    private final Connection connection;

    private DatabaseRecords(Connection connection) {
        this.connection = connection;
    }

    static DatabaseRecords sqlite(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException("There is no database " + file);
        }
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        return open("jdbc:sqlite:" + file, config.toProperties());
    }

    static DatabaseRecords postgresql(String url, @Nullable String user, @Nullable String password) {
        var properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return open(url, properties);
    }

    private static DatabaseRecords open(String url, Properties properties) {
        try {
            var connection = DriverManager.getConnection(url, properties);
            if (url.startsWith("jdbc:postgresql:")) {
                connection.setReadOnly(true);
            }
            connection.setAutoCommit(false); // without it, PostgreSQL sends every row at once
            return new DatabaseRecords(connection);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void each(Instant since, Consumer<Raw> reader) {
        try (var query = connection.prepareStatement(
                "select first_id, bytes from decision_record where last_at >= ? order by last_at")) {
            query.setLong(1, since.toEpochMilli());
            query.setFetchSize(FETCH_ROWS);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    reader.accept(new Raw(rows.getString(1), 1, rows.getBytes(2)));
                }
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Decoder decoder() {
        return new Unpacking();
    }

    private static IllegalStateException unreadable(SQLException e) {
        return new IllegalStateException("The records cannot be read: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /** As the store packs them. */
    static final class Unpacking extends Decoder {
        private final PackedRecords packing = new PackedRecords();

        @Override
        byte[] text(Raw raw) {
            return packing.unpack(raw.bytes());
        }

        @Override
        public void close() {
            packing.close();
        }
    }
}
