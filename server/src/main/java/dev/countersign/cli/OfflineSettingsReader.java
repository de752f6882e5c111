package dev.countersign.cli;

import dev.countersign.OfflineSettings;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code offline_keys} part of the settings file. */
final class OfflineSettingsReader {
    private OfflineSettingsReader() {}

    static OfflineSettings read(@Nullable Fields offline) {
        if (offline == null) {
            return OfflineSettings.STANDARD;
        }
        var group = offline.only(Set.of("confirmed_by")).text("confirmed_by");
        if (group.isBlank()) {
            throw Problem.invalid(offline.at("confirmed_by"), "Expected the name of a group");
        }
        return new OfflineSettings(group);
    }
}
