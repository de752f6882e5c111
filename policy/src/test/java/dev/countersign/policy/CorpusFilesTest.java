package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Corpora that others made: what differs is told, and an archive can neither reach out of itself nor fill the memory. */
final class CorpusFilesTest {
    @TempDir
    Path folder;

    private interface Writing {
        void to(TarArchiveOutputStream archive) throws IOException;
    }

    private Path archive(Writing writing) throws IOException {
        var file = folder.resolve("corpus.tar.gz");
        try (var archive = new TarArchiveOutputStream(
                new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file))))) {
            archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            writing.to(archive);
        }
        return file;
    }

    private static void put(TarArchiveOutputStream archive, String name, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
    }

    private static void put(TarArchiveOutputStream archive, String name, String content) throws IOException {
        put(archive, name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static String testCase(boolean validates, String second) {
        return """
            {"policies":"corpus-tests/p.cedar","schema":"corpus-tests/p.cedarschema","entities":"corpus-tests/p.entities.json",
             "shouldValidate":%s,"requests":[
              {"principal":{"type":"User","id":"a"},"action":{"type":"Action","id":"act"},"resource":{"type":"User","id":"a"},
               "context":{},"validateRequest":true,"decision":"allow","reason":["policy0"],"errors":[]},
              {"principal":{"type":"User","id":"a"},"action":{"type":"Action","id":"act"},"resource":{"type":"User","id":"a"},
               "context":{},"decision":"%s","reason":["policy0"],"errors":[]}]}""".formatted(validates, second);
    }

    private static Map<String, String> files(boolean validates, String second) {
        return Map.of(
                "p.json", testCase(validates, second),
                "p.cedar", "permit (principal, action, resource);",
                "p.cedarschema", "entity User; action act appliesTo { principal: User, resource: User };",
                "p.entities.json", "[]");
    }

    private CorpusReport run(Map<String, String> files) throws Exception {
        return Corpus.read(archive(archive -> {
                    for (var file : files.entrySet()) {
                        put(archive, file.getKey(), file.getValue());
                    }
                }))
                .run();
    }

    @Test
    void whatAgreesIsCounted() throws Exception {
        var report = run(files(true, "allow"));
        assertThat(report.disagree()).isEmpty();
        assertThat(report).isEqualTo(new CorpusReport(1, 2, 2, report.disagree()));
    }

    @Test
    void whatDiffersIsToldWithCaseAndRequest() throws Exception {
        var report = run(files(false, "deny"));
        assertThat(report.agree()).isEqualTo(1);
        assertThat(report.disagree())
                .extracting(Disagreement::testCase, Disagreement::request)
                .containsExactlyInAnyOrder(tuple("p.json", -1), tuple("p.json", 1));
        assertThat(report.disagree()).extracting(Disagreement::expected).contains("validates: false");
        assertThat(report.disagree().toString()).contains("allow by [policy0]").contains("deny by [policy0]");
    }

    @Test
    void aCaseThatCannotBeRunDisagrees() throws Exception {
        var files = new HashMap<>(files(true, "allow"));
        files.put("p.cedar", "permit (");
        assertThat(run(files).disagree()).isNotEmpty();
        files.remove("p.cedar");
        assertThat(run(files).disagree())
                .singleElement()
                .satisfies(each -> assertThat(each.got()).contains("p.cedar, which is not there"));
        files.put("p.json", "{");
        assertThat(run(files).disagree()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.json", "a/../../evil.json", "/etc/evil.json", "a\\..\\evil.json"})
    void aNameThatLeadsOutOfTheArchiveIsRefused(String name) throws Exception {
        var file = archive(archive -> put(archive, name, "{}"));
        assertThatThrownBy(() -> Corpus.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK})
    void aLinkIsRefused(byte kind) throws Exception {
        var file = archive(archive -> {
            var entry = new TarArchiveEntry("p.json", kind);
            entry.setLinkName("/etc/passwd");
            archive.putArchiveEntry(entry);
            archive.closeArchiveEntry();
        });
        assertThatThrownBy(() -> Corpus.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("link");
    }

    @Test
    void aFileOverTheLimitIsRefused() throws Exception {
        var file = archive(archive -> put(archive, "p.json", new byte[CorpusFiles.MAX_FILE_BYTES + 1]));
        assertThatThrownBy(() -> Corpus.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than");
    }

    @Test
    void moreFilesThanTheLimitAreRefused() throws Exception {
        var file = archive(archive -> {
            for (var i = 0; i <= CorpusFiles.MAX_ENTRIES; i++) {
                put(archive, "f" + i, "");
            }
        });
        assertThatThrownBy(() -> Corpus.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void anArchiveThatUnpacksToTooMuchIsRefused() throws Exception {
        var ten = new byte[CorpusFiles.MAX_FILE_BYTES];
        var file = archive(archive -> {
            for (var i = 0; i <= CorpusFiles.MAX_TOTAL_BYTES / CorpusFiles.MAX_FILE_BYTES; i++) {
                put(archive, i + ".json", ten);
            }
        });
        assertThatThrownBy(() -> Corpus.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in all");
    }

    @Test
    void aFileTwiceOrNoArchiveAtAllIsRefused() throws Exception {
        var twice = archive(archive -> {
            put(archive, "p.json", "{}");
            put(archive, "./p.json", "{}");
        });
        assertThatThrownBy(() -> Corpus.read(twice)).hasMessageContaining("twice");
        var text = Files.writeString(folder.resolve("text.tar.gz"), "no archive");
        assertThatThrownBy(() -> Corpus.read(text)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Corpus.read(folder.resolve("gone"))).isInstanceOf(IOException.class);
    }
}
