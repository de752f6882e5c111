package dev.countersign.evidence;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** The log in its database, read in one read-only transaction. */
final class DatabaseLog implements LogSource {
    private static final int FETCH_ROWS = 4_096;

    private final Connection connection;
    private final PreparedStatement tile;

    private DatabaseLog(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.tile = connection.prepareStatement("select hashes from evidence_tile where level = ? and idx = ?");
    }

    static DatabaseLog sqlite(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException("There is no database " + file);
        }
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        return open("jdbc:sqlite:" + file, config.toProperties());
    }

    static DatabaseLog postgresql(String url, @Nullable String user, @Nullable String password) {
        var properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return open(url, properties);
    }

    private static DatabaseLog open(String url, Properties properties) {
        try {
            var connection = DriverManager.getConnection(url, properties);
            if (url.startsWith("jdbc:postgresql:")) {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            return new DatabaseLog(connection);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void entries(RowReader reader) {
        try (var query = connection.prepareStatement("select idx, kind, subject, bytes from evidence order by idx")) {
            query.setFetchSize(FETCH_ROWS);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    reader.row(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getBytes(4));
                }
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public List<StoredCheckpoint> checkpoints() {
        try (var query = connection.prepareStatement("select size, root, note from evidence_checkpoint order by size");
                var rows = query.executeQuery()) {
            var checkpoints = new ArrayList<StoredCheckpoint>();
            while (rows.next()) {
                checkpoints.add(new StoredCheckpoint(rows.getLong(1), rows.getBytes(2), rows.getString(3)));
            }
            return checkpoints;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public byte @Nullable [] tile(int level, long index) {
        try {
            tile.setInt(1, level);
            tile.setLong(2, index);
            try (var row = tile.executeQuery()) {
                return row.next() ? row.getBytes(1) : null;
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public OptionalLong tileCount() {
        return number("select count(*) from evidence_tile");
    }

    @Override
    public OptionalLong nextIndex() {
        return number("select next_index from evidence_head where id = 1");
    }

    @Override
    public @Nullable String verifierKey() {
        var checkpoints = latestNote();
        try (var query = connection.prepareStatement("select public_jwk from signing_key where purpose = 'CHECKPOINT'"
                        + " order by created_at desc, id limit 1");
                var row = query.executeQuery()) {
            if (checkpoints == null || !row.next()) {
                return null;
            }
            var key = OctetKeyPair.parse(row.getString(1));
            return Checkpoint.verifierKey(
                    checkpoints.lines().findFirst().orElse(""), key.getX().decode());
        } catch (SQLException e) {
            throw unreadable(e);
        } catch (ParseException e) {
            return null; // a key that is none verifies nothing; told as a missing key
        }
    }

    @Override
    public String publicKeys() {
        try (var query = connection.prepareStatement("select public_jwk from signing_key order by created_at, id");
                var rows = query.executeQuery()) {
            var keys = new ArrayList<JWK>();
            while (rows.next()) {
                keys.add(JWK.parse(rows.getString(1)));
            }
            return new JWKSet(keys).toString(true);
        } catch (SQLException e) {
            throw unreadable(e);
        } catch (ParseException e) {
            throw new IllegalStateException("A stored public key is malformed", e);
        }
    }

    private @Nullable String latestNote() {
        try (var query =
                        connection.prepareStatement("select note from evidence_checkpoint order by size desc limit 1");
                var row = query.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private OptionalLong number(String sql) {
        try (var query = connection.prepareStatement(sql);
                var row = query.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private static IllegalStateException unreadable(SQLException e) {
        return new IllegalStateException("The evidence database cannot be read: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }
}
