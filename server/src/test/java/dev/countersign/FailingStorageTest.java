package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.countersign.client.Decision;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** When a decision cannot be recorded it is no permit; when it can again, the server goes on by itself. */
final class FailingStorageTest {
    /** The journal holds SQLite's write lock as long as it is well, so two servers never write to one file. */
    @Test
    void nobodyElseWritesToTheEmbeddedDatabase() throws Exception {
        try (var deployment = new TestDeployment(Engine.SQLITE);
                var other = DriverManager.getConnection(deployment.jdbcUrl());
                var statement = other.createStatement()) {
            deployment.person("alice").loggedIn();
            assertThatThrownBy(() -> statement.execute("begin immediate")).hasMessageContaining("SQLITE_BUSY");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDatabaseThatSomeoneElseLocksPermitsNothing() throws Exception {
        try (var disk = new SmallDisk();
                var deployment =
                        new TestDeployment(TestDatabases.settings(disk.folder, null), TestDeployment.BANK_POLICIES)) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
            try (var other = DriverManager.getConnection(deployment.jdbcUrl());
                    var statement = other.createStatement()) {
                statement.execute("pragma busy_timeout = 5000");
                var ballast = disk.fill();
                assertNothingIsPermitted(alice); // the journal drops its connection, and with it the lock
                statement.execute("begin immediate");
                Files.delete(ballast);
                assertNothingIsPermitted(alice);
                assertThat(alice.get("/approvals").statusCode()).isEqualTo(200); // reading goes on
                var refused = alice.post("/authenticators/options", "{}");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                statement.execute("rollback");
            }
            assertItGoesOn(alice);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskPermitsNothing() throws Exception {
        try (var disk = new SmallDisk();
                var deployment =
                        new TestDeployment(TestDatabases.settings(disk.folder, null), TestDeployment.BANK_POLICIES)) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
            var ballast = disk.fill();
            assertNothingIsPermitted(alice);
            Files.delete(ballast);
            assertItGoesOn(alice);
        }
    }

    @Test
    void aStoppedPostgresqlPermitsNothing() throws Exception {
        var postgres = TestDatabases.startPostgresql();
        try (var admin = postgres.getPostgresDatabase().getConnection();
                var statement = admin.createStatement()) {
            statement.execute("create database bank");
        }
        try (var deployment = new TestDeployment(
                TestDatabases.settings(TestDatabases.folder(), postgres.getJdbcUrl("postgres", "bank")),
                TestDeployment.BANK_POLICIES)) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(alice.ask(Payments.read("alice")).permitted()).isTrue();
            try (var admin = postgres.getPostgresDatabase().getConnection();
                    var statement = admin.createStatement()) {
                // As after a failover or a restart: every connection is cut, new ones are refused for a while.
                statement.execute("alter database bank with allow_connections false");
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity" + " where datname = 'bank'");
                assertNothingIsPermitted(alice);
                assertThat(alice.get("/health/ready", "Accept", "application/json")
                                .statusCode())
                        .isEqualTo(503);
                statement.execute("alter database bank with allow_connections true");
            }
            assertItGoesOn(alice);
            postgres.close();
            assertNothingIsPermitted(alice);
            assertThat(alice.get("/approvals").statusCode()).isEqualTo(503);
        } finally {
            postgres.close();
        }
    }

    /** Asks twice, so that one of them has a fresh nonce and proof. */
    private static void assertNothingIsPermitted(TestPerson alice) {
        for (var i = 0; i < 2; i++) {
            assertThat(alice.ask(Payments.read("alice"))).isInstanceOf(Decision.Unavailable.class);
            assertThat(alice.ask(Payments.transfer("tx-" + UUID.randomUUID(), "50.00")))
                    .isInstanceOfSatisfying(
                            Decision.Unavailable.class,
                            unavailable -> assertThat(unavailable.reason()).contains("503"));
        }
    }

    private static void assertItGoesOn(TestPerson alice) throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!alice.ask(Payments.read("alice")).permitted()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(200);
        }
        assertThat(alice.ask(Payments.transfer("tx-" + UUID.randomUUID(), "50.00"))
                        .permitted())
                .isTrue();
    }

    /** A file system of a few megabytes. The test is skipped where mounting one is not allowed. */
    private static final class SmallDisk implements AutoCloseable {
        private static final String SIZE = "size=8m";

        final Path folder = TestDatabases.folder();

        SmallDisk() {
            assumeTrue(
                    run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", folder.toString()),
                    "mounting a file system needs root");
        }

        /** Takes every byte that is left; the file that holds them. */
        Path fill() throws IOException {
            var ballast = folder.resolve("ballast");
            try (var out = Files.newOutputStream(ballast)) {
                for (var kilobyte = new byte[1024]; ; ) {
                    out.write(kilobyte);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
            return ballast;
        }

        private static boolean run(String... command) {
            try {
                var process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException e) {
                return false; // no such command here
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            assertThat(run("umount", folder.toString())).isTrue();
        }
    }
}
