package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.Settings.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policies} in the settings file: a folder, or a folder and more. */
final class PolicySettingsTest {
    @TempDir
    Path folder;

    private Policies read(String policies) throws IOException {
        var file = folder.resolve("settings.yaml");
        Files.writeString(file, "issuer: https://countersign.example\ntransaction_types: types\npolicies: " + policies);
        return SettingsFile.read(file, Map.of()).policies();
    }

    @Test
    void aFolderAloneIsEnough() throws Exception {
        assertThat(read("mine")).isEqualTo(Policies.of(folder.resolve("mine")));
        assertThat(read("mine").keepDecisions()).isEqualTo(Duration.ofDays(30));
        assertThat(read("{folder: mine}")).isEqualTo(Policies.of(folder.resolve("mine")));
    }

    @Test
    void recordsAreKeptAsLongAsIsSaid() throws Exception {
        assertThat(read("{folder: mine, keep_decisions: P7D}").keepDecisions()).isEqualTo(Duration.ofDays(7));
        assertThat(read("{folder: mine, keep_decisions: PT0S}").keepDecisions()).isZero();
        for (var wrong : new String[] {"-P1D", "soon"}) {
            assertThatThrownBy(() -> read("{folder: mine, keep_decisions: " + wrong + "}"))
                    .hasMessageContaining("/policies/keep_decisions");
        }
    }

    @Test
    void aCandidateLiesBesideTheLiveFolder() throws Exception {
        assertThat(read("{folder: live, observe: next}").observe()).isEqualTo(folder.resolve("next"));
        for (var nested : new String[] {"live/next", "live", "."}) {
            assertThatThrownBy(() -> read("{folder: live, observe: " + nested + "}"))
                    .hasMessageContaining("/policies/observe: Neither folder may lie in the other");
        }
        assertThatThrownBy(() -> read("{folder: live, watch: next}")).hasMessageContaining("/policies/watch: Unknown");
    }
}
