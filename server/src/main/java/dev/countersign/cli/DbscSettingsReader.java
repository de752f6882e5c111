package dev.countersign.cli;

import dev.countersign.DbscSettings;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code dbsc} part of the settings file. */
final class DbscSettingsReader {
    private DbscSettingsReader() {}

    static DbscSettings read(@Nullable Fields dbsc) {
        var standard = DbscSettings.STANDARD;
        if (dbsc == null) {
            return standard;
        }
        dbsc.only(Set.of("offered", "cookie", "fresh"));
        var cookie = SettingsFile.duration(dbsc, "cookie", standard.cookie());
        var fresh = SettingsFile.duration(dbsc, "fresh", standard.fresh());
        try {
            return new DbscSettings(dbsc.flag("offered", true), cookie, fresh);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(
                    dbsc.at("cookie"), "Expected PT1S to PT10M, and for 'fresh' a duration that is not longer");
        }
    }
}
