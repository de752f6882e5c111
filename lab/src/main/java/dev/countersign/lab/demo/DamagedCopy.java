package dev.countersign.lab.demo;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A copy of the embedded database in which one bit of one evidence entry is another. */
final class DamagedCopy {
    private DamagedCopy() {}

    /** Copies {@code database} to {@code copy}, which must not exist, and changes the entry at {@code index} there. */
    static void write(Path database, Path copy, long index) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.prepareStatement("vacuum into ?")) {
            statement.setString(1, copy.toString());
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException("The evidence cannot be copied", e);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                var read = connection.prepareStatement("select bytes from evidence where idx = ?");
                var write = connection.prepareStatement("update evidence set bytes = ? where idx = ?")) {
            read.setLong(1, index);
            byte[] bytes;
            try (var row = read.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("There is no evidence entry " + index);
                }
                bytes = row.getBytes(1);
            }
            bytes[bytes.length / 2] ^= 1;
            write.setBytes(1, bytes);
            write.setLong(2, index);
            write.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("The copy cannot be changed", e);
        }
    }
}
