package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.Settings;
import dev.countersign.cli.AuditCommand;
import dev.countersign.evidence.AuditReport.Problem;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A log of a few hundred entries, and everything that an owner of its database can do to it. */
final class AuditVerificationTest {
    private static final int ENTRIES = 700; // two full tiles and a partial one

    private final Settings settings;
    private final String verifierKey;

    AuditVerificationTest() {
        settings = TestDatabases.settings(TestDatabases.folder(), null);
        verifierKey = fill(settings, ENTRIES);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void anUntouchedLogVerifiesUnderItsKey(Engine engine) {
        var deployment = TestDatabases.settings(engine);
        var key = fill(deployment, ENTRIES);
        try (var log = source(deployment)) {
            var report = AuditVerification.verify(log, new Trust(key, null));
            assertThat(report.problems()).isEmpty();
            assertThat(report.entries()).isGreaterThan(ENTRIES).isEqualTo(report.signed());
            assertThat(report.keyPinned()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 255, 256, 511, 512, 700})
    void aChangedByteIsNamed(long index) throws Exception {
        change("update evidence set bytes = replace(bytes, '\"n\":', '\"m\":') where idx = " + index);
        assertThat(first()).extracting(Problem::code, Problem::index).containsExactly("entry_changed", index);
        assertThat(verify().problems()).hasSize(1);
    }

    @Test
    void aChangedFilingIsNamed() throws Exception {
        change("update evidence set subject = 'mallory' where idx = 300");
        assertThat(first()).extracting(Problem::code, Problem::index).containsExactly("entry_changed", 300L);
    }

    @Test
    void aRemovedEntryIsNamed() throws Exception {
        change("delete from evidence where idx = 300");
        assertThat(verify().problems())
                .extracting(Problem::code, Problem::index)
                .containsExactly(tuple("entry_missing", 300L));
    }

    @Test
    void aRemovedEndIsNamed() throws Exception {
        change("delete from evidence where idx >= 690");
        assertThat(first()).extracting(Problem::code, Problem::index).containsExactly("entry_missing", 690L);
    }

    @Test
    void swappedEntriesAreNamed() throws Exception {
        change(
                "update evidence set idx = -1 where idx = 20",
                "update evidence set idx = 20 where idx = 21",
                "update evidence set idx = 21 where idx = -1");
        assertThat(verify().problems()).extracting(Problem::index).containsExactly(20L, 21L);
        assertThat(first().code()).isEqualTo("entry_misplaced");
    }

    @Test
    void anEntryAddedBehindTheServersBackIsNamed() throws Exception {
        change(
                "insert into evidence select idx + 1, kind, subject, replace(bytes, '\"index\":' || idx, '\"index\":' || (idx + 1))"
                        + " from evidence order by idx desc limit 1");
        assertThat(first().code()).isEqualTo("entry_added");
    }

    @Test
    void anEntryRewrittenTogetherWithItsTileBreaksTheSignedRoot() throws Exception {
        change("update evidence set bytes = replace(bytes, '\"n\":', '\"m\":') where idx = 300");
        byte[] leaf;
        try (var connection = connect();
                var row = connection.createStatement().executeQuery("select bytes from evidence where idx = 300")) {
            row.next();
            leaf = new Merkle().leaf(row.getBytes(1));
        }
        try (var connection = connect();
                var row = connection
                        .createStatement()
                        .executeQuery("select hashes from evidence_tile where level = 0 and idx = 1")) {
            row.next();
            var tile = row.getBytes(1);
            System.arraycopy(leaf, 0, tile, (300 - 256) * Merkle.HASH_BYTES, Merkle.HASH_BYTES);
            try (var update =
                    connection.prepareStatement("update evidence_tile set hashes = ? where level = 0 and idx = 1")) {
                update.setBytes(1, tile);
                update.executeUpdate();
            }
        }
        assertThat(verify().problems()).extracting(Problem::code).contains("root");
    }

    @Test
    void aChangedTileIsToldFromChangedEntries() throws Exception {
        change("update evidence_tile set hashes = cast(zeroblob(8192) as blob) where level = 0 and idx = 1");
        assertThat(verify().problems())
                .filteredOn(problem -> problem.code().equals("root"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.text()).contains("tiles were changed"));
    }

    @Test
    void aMissingOrCutTileIsNamed() throws Exception {
        change("delete from evidence_tile where level = 0 and idx = 1");
        assertThat(first()).extracting(Problem::code, Problem::index).containsExactly("tile", 256L);
    }

    @Test
    void aTileTooManyIsNamed() throws Exception {
        change("insert into evidence_tile (level, idx, hashes) values (0, 99, x'00')");
        assertThat(first().code()).isEqualTo("tile");
    }

    @Test
    void aCheckpointOfAnotherKeyIsRefused() {
        var other = TestDatabases.settings(TestDatabases.folder(), null);
        var otherKey = fill(other, 3);
        try (var log = source(settings)) {
            assertThat(AuditVerification.verify(log, new Trust(otherKey, null)).problems())
                    .extracting(Problem::code)
                    .contains("checkpoint");
        }
    }

    @Test
    void aChangedCheckpointIsRefused() throws Exception {
        change("update evidence_checkpoint set note = replace(note, 'localhost', 'localhorst')");
        assertThat(verify().problems()).extracting(Problem::code).contains("checkpoint");
    }

    @Test
    void truncationToAnEarlierStateIsSeenWithATrustedCheckpoint() throws Exception {
        var kept = note(settings);
        var shorter = TestDatabases.folder();
        Files.copy(database(settings), shorter.resolve("countersign.db"));
        var continued = TestDatabases.settings(shorter, null);
        Files.copy(settings.data().resolve("master.key"), shorter.resolve("master.key"));
        fill(continued, 10);
        var later = note(continued);

        try (var log = source(continued)) { // a later log continues the kept checkpoint
            assertThat(AuditVerification.verify(log, new Trust(verifierKey, kept))
                            .problems())
                    .isEmpty();
        }
        try (var log = source(settings)) { // the earlier log, however consistent, does not reach the later checkpoint
            assertThat(AuditVerification.verify(log, new Trust(verifierKey, null))
                            .ok())
                    .isTrue();
            assertThat(AuditVerification.verify(log, new Trust(verifierKey, later))
                            .problems())
                    .extracting(Problem::code)
                    .containsExactly("truncated");
        }
    }

    @Test
    void anotherHistoryOfTheSameKeyIsSeenWithATrustedCheckpoint() throws Exception {
        var fork = TestDatabases.folder();
        Files.copy(database(settings), fork.resolve("countersign.db"));
        Files.copy(settings.data().resolve("master.key"), fork.resolve("master.key"));
        var forked = TestDatabases.settings(fork, null);
        fill(forked, 10);
        fill(settings, 20);
        try (var log = source(settings)) {
            assertThat(AuditVerification.verify(log, new Trust(verifierKey, note(forked)))
                            .problems())
                    .extracting(Problem::code)
                    .containsExactly("rewritten");
        }
    }

    @Test
    void anExportVerifiesAndAChangedByteInItIsNamed() throws Exception {
        var folder = TestDatabases.folder();
        try (var log = source(settings)) {
            assertThat(AuditExport.write(log, folder)).isGreaterThan(ENTRIES);
        }
        try (var bundle = LogSource.bundle(folder)) {
            assertThat(AuditVerification.verify(bundle, new Trust(verifierKey, note(settings)))
                            .problems())
                    .isEmpty();
        }
        var entries = folder.resolve("tile/entries/001");
        var bytes = Files.readAllBytes(entries);
        bytes[bytes.length - 3] ^= 1;
        Files.write(entries, bytes);
        try (var bundle = LogSource.bundle(folder)) {
            assertThat(AuditVerification.verify(bundle, Trust.none()).problems())
                    .extracting(Problem::index)
                    .containsExactly(511L);
        }
    }

    @Test
    void aServerDoesNotContinueALogThatDoesNotFitItsCheckpoint() throws Exception {
        change("update evidence_tile set hashes = cast(zeroblob(8192) as blob) where level = 1 and idx = 0");
        assertThatThrownBy(() -> fill(settings, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not fit its newest checkpoint");
    }

    @Test
    void theCommandTellsTheProblemAndExitsWithOne() throws Exception {
        var out = new StringWriter();
        var command = new CommandLine(new AuditCommand()).setOut(new PrintWriter(out));
        var file = database(settings).toString();
        assertThat(command.execute("verify", "--database", file, "--key", verifierKey, "--json"))
                .isZero();
        assertThat(Json.MAPPER.readTree(out.toString()).get("ok").booleanValue())
                .isTrue();
        change("delete from evidence where idx = 300");
        out.getBuffer().setLength(0);
        assertThat(command.execute("verify", "--database", file, "--json")).isEqualTo(1);
        var report = Json.MAPPER.readTree(out.toString());
        assertThat(report.get("ok").booleanValue()).isFalse();
        assertThat(report.at("/problems/0/index").longValue()).isEqualTo(300);
    }

    private AuditReport verify() {
        try (var log = source(settings)) {
            return AuditVerification.verify(log, new Trust(verifierKey, null));
        }
    }

    private Problem first() {
        return verify().problems().getFirst();
    }

    /** Appends entries and stops the server, which signs them all. */
    private static String fill(Settings settings, int entries) {
        try (var database = Databases.open(settings);
                var evidence = EvidenceFeature.wire(settings, database, InstantSource.system(), new SecureRandom())) {
            evidence.journal().commit((handle, recorder) -> {
                for (var i = 0; i < entries; i++) {
                    recorder.record(Entry.of("test", "subject " + i).with("n", i));
                }
                return entries;
            });
            return evidence.verifierKey();
        }
    }

    private static LogSource source(Settings settings) {
        var url = settings.databaseUrl();
        return url == null ? LogSource.sqlite(database(settings)) : LogSource.postgresql(url, null, null);
    }

    private static String note(Settings settings) {
        try (var log = source(settings)) {
            return log.checkpoints().getLast().note();
        }
    }

    private void change(String... statements) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                assertThat(statement.executeUpdate(sql)).isPositive();
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database(settings));
    }

    private static Path database(Settings settings) {
        return settings.data().resolve("countersign.db");
    }
}
