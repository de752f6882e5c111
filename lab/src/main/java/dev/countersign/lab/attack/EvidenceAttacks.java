package dev.countersign.lab.attack;

import dev.countersign.evidence.AuditReport;
import dev.countersign.evidence.AuditVerification;
import dev.countersign.evidence.LogSource;
import dev.countersign.evidence.Trust;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Somebody with the database file in their hands. */
final class EvidenceAttacks {
    private EvidenceAttacks() {}

    static List<Attack> all() {
        return List.of(new Attack(
                "S45", "Evidence changed, removed, swapped, appended, cut or rolled back", EvidenceAttacks::forge));
    }

    private static Finding forge(Stage stage) throws Exception {
        var alice = stage.customer(Cast.ALICE);
        for (var i = 0; i < 5; i++) {
            alice.call("GET", stage.bank().resolve("/api/accounts"), "");
        }
        Thread.sleep(1_500); // a checkpoint is signed at most a second after an entry
        var early = checkpoint(stage);
        for (var i = 0; i < 5; i++) {
            alice.call("GET", stage.bank().resolve("/api/accounts"), "");
        }
        var key = stage.verifierKey();
        Thread.sleep(1_500);
        var kept = checkpoint(stage);
        stage.stopCountersign();
        var trust = new Trust(key, kept);
        var size = size(early);
        var notes = new Notes()
                .honest("untouched copy", verify(copy(stage, "honest"), trust).ok());
        notes.honest(
                "untouched copy, older checkpoint",
                verify(copy(stage, "honest"), new Trust(key, early)).ok());

        attempt(
                notes,
                stage,
                trust,
                "row changed",
                7,
                List.of(rewritten("'\"kind\":\"'", "'\"kind\":\"x'", "where idx = 7")));
        attempt(
                notes,
                stage,
                trust,
                "column changed",
                7,
                List.of("update evidence set kind = 'nothing' where idx = 7"));
        attempt(notes, stage, trust, "row removed", 7, List.of("delete from evidence where idx = 7"));
        attempt(
                notes,
                stage,
                trust,
                "rows swapped",
                6,
                List.of(
                        "update evidence set idx = -1 where idx = 6",
                        "update evidence set idx = 6 where idx = 7",
                        "update evidence set idx = 7 where idx = -1"));
        var copied = "insert into evidence select max(idx) + 1, kind, subject, bytes from evidence";
        var renumbered = rewritten(
                "'\"index\":' || (idx - 1)", "'\"index\":' || idx", "where idx = (select max(idx) from evidence)");
        attempt(notes, stage, trust, "row appended", -1, List.of(copied));
        attempt(notes, stage, trust, "row appended, numbered well", -1, List.of(copied, renumbered));
        attempt(notes, stage, trust, "tree cut", -1, List.of("delete from evidence_tile where level = 0"));
        attempt(
                notes,
                stage,
                trust,
                "rolled back to an older checkpoint",
                -1,
                List.of(
                        "delete from evidence where idx >= " + size,
                        "delete from evidence_checkpoint where size > " + size,
                        "update evidence_head set next_index = " + size));
        return notes.finding(true); // the log itself is what names the place
    }

    private static void attempt(Notes notes, Stage stage, Trust trust, String what, long place, List<String> statements)
            throws IOException, SQLException {
        var file = copy(stage, "forged");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.executeUpdate(sql);
            }
        }
        var report = verify(file, trust);
        var named = report.problems().stream()
                .filter(problem -> place < 0 || problem.index() == place)
                .findFirst();
        notes.attempt(
                what,
                named.isPresent(),
                what + ": " + named.map(AuditReport.Problem::code).orElse("place not named"));
    }

    private static String rewritten(String from, String to, String where) {
        return "update evidence set bytes = cast(replace(cast(bytes as text), " + from + ", " + to + ") as blob) "
                + where;
    }

    private static AuditReport verify(Path file, Trust trust) {
        try (var log = LogSource.sqlite(file)) {
            return AuditVerification.verify(log, trust);
        }
    }

    private static Path copy(Stage stage, String name) throws IOException {
        var folder = Files.createDirectories(stage.policies().resolveSibling("copies"));
        var target = Files.createTempFile(folder, name, ".db");
        var source = stage.database();
        Files.copy(source, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var wal = source.resolveSibling(source.getFileName() + "-wal");
        if (Files.exists(wal)) {
            Files.copy(wal, target.resolveSibling(target.getFileName() + "-wal"));
        }
        return target;
    }

    private static String checkpoint(Stage stage) {
        return new Browser()
                .send("GET", stage.issuer().resolve("/evidence/checkpoint"), Map.of(), "")
                .body();
    }

    /** A checkpoint's second line (C2SP tlog-checkpoint). */
    private static long size(String checkpoint) {
        return Long.parseLong(checkpoint.lines().skip(1).findFirst().orElse("0"));
    }
}
