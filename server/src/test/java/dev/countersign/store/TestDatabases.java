package dev.countersign.store;

import dev.countersign.Settings;
import dev.countersign.store.Database.Engine;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fresh databases for tests: SQLite in a folder of its own, or a new database of the one embedded PostgreSQL of this JVM.
 *
 * <p>Run a whole class on both with {@code @ParameterizedClass @EnumSource(Database.Engine.class)} and a constructor that
 * takes the {@link Engine}, or one test with {@code @ParameterizedTest @EnumSource(Database.Engine.class)}.
 */
public final class TestDatabases {
    private TestDatabases() {}

    /** Settings of a deployment on an empty database of {@code engine}; everything else is minimal. */
    public static Settings settings(Engine engine) {
        return settings(folder(), engine == Engine.SQLITE ? null : freshPostgresql());
    }

    /** An empty, migrated database. The test closes it. */
    public static Database open(Engine engine) {
        return Databases.open(settings(engine));
    }

    /** Minimal settings: this data folder and database, no provider, client or enforcement point. */
    public static Settings settings(Path data, @Nullable String databaseUrl) {
        return new Settings(
                URI.create("http://localhost:8400"),
                "127.0.0.1",
                0,
                data,
                databaseUrl,
                null,
                null,
                null,
                Settings.Policies.of(data.resolve("policies")),
                data.resolve("transaction-types"),
                List.of(),
                List.of(),
                List.of(),
                new Settings.Webauthn("localhost", "Countersign", List.of(URI.create("http://localhost:8400"))),
                Settings.Lifetimes.standard());
    }

    /** A new folder that goes away with this JVM. */
    public static Path folder() {
        try {
            var folder = Files.createTempDirectory("countersign-test");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDBC URL of a new, empty PostgreSQL database. */
    public static String freshPostgresql() {
        var name = "t" + UUID.randomUUID().toString().replace("-", "");
        var server = Running.SERVER;
        try (var connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return server.getJdbcUrl("postgres", name);
    }

    /** A PostgreSQL server of its own, for tests that stop it. The test closes it. */
    public static EmbeddedPostgres startPostgresql() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Started when the first test asks for it; stops with the JVM. */
    private static final class Running {
        static final EmbeddedPostgres SERVER = startPostgresql();
    }
}
