package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.Settings;
import dev.countersign.Settings.Misfits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the policy set may be written in a settings file. */
final class SettingsFileTest {
    @TempDir
    Path folder;

    private Settings.Policies policies(String yaml) throws IOException {
        var file = folder.resolve("countersign.yaml");
        Files.writeString(
                file, "issuer: https://countersign.example\ntransaction_types: types\npolicies: " + yaml + "\n");
        return SettingsFile.read(file, Map.of()).policies();
    }

    @Test
    void theFolderAloneIsEnough() throws Exception {
        assertThat(policies("bank")).isEqualTo(new Settings.Policies(folder.resolve("bank"), Misfits.REFUSE));
    }

    @Test
    void anObjectSaysWhatBecomesOfRequestsThatDoNotFit() throws Exception {
        assertThat(policies("{folder: bank}").requests()).isEqualTo(Misfits.REFUSE);
        assertThat(policies("{folder: bank, requests: warn}").requests()).isEqualTo(Misfits.WARN);
        assertThatThrownBy(() -> policies("{folder: bank, requests: ignore}"))
                .hasMessageContaining("/policies/requests");
        assertThatThrownBy(() -> policies("{requests: warn}")).hasMessageContaining("/policies/folder");
        assertThatThrownBy(() -> policies("{folder: bank, request: warn}")).hasMessageContaining("/policies/request");
        assertThatThrownBy(() -> policies("7")).hasMessageContaining("/policies");
    }
}
