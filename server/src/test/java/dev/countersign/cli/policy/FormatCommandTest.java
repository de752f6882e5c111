package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.PolicySource;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy format} as it is typed. */
final class FormatCommandTest {
    @TempDir
    Path temporary;

    @Test
    void filesAreLaidOutAndCommentsStay() throws Exception {
        var folder = new PolicyFolder(temporary);
        var file = folder.write(
                "bank.cedar", "// why\n@id(\"p\") permit(principal,action,  resource) // all\nwhen{context.n==1};\n");
        var before = Files.readString(file);
        assertThat(folder.run("format", folder.path, "--check")).isEqualTo(1);
        assertThat(folder.out()).contains("would change").contains("bank.cedar");
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(folder.run("format", folder.path)).isZero();
        var after = Files.readString(file);
        assertThat(after)
                .contains("// why")
                .contains("// all")
                .contains("when { context.n == 1 }")
                .isNotEqualTo(before);
        assertThat(folder.run("format", folder.path, "--check")).isZero();
        assertThat(folder.out()).isEmpty();
        try (var files = Files.list(folder.path)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aFileThatDoesNotParseIsLeftAlone() throws Exception {
        var folder = new PolicyFolder(temporary);
        var file = folder.write("bank.cedar", "permit (principal, action, resource) when { };");
        assertThat(folder.run("format", folder.path)).isEqualTo(1);
        assertThat(folder.err()).contains("bank.cedar");
        assertThat(Files.readString(file)).isEqualTo("permit (principal, action, resource) when { };");
        folder.write(
                "bank.cedar",
                "permit (principal, action, resource) when { " + "(".repeat(200) + "true" + ")".repeat(200) + " };");
        assertThat(folder.run("format", folder.path)).isEqualTo(1);
        assertThat(folder.err()).contains("nested deeper");
        try (var large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(PolicySource.MAX_FILE_BYTES + 1L);
        }
        assertThat(folder.run("format", folder.path)).isEqualTo(1);
        assertThat(folder.err()).contains("larger than");
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThat(new PolicyFolder(temporary).run("format", temporary.resolve("gone")))
                .isEqualTo(2);
    }
}
