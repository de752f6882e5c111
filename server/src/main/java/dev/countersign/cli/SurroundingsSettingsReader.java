package dev.countersign.cli;

import dev.countersign.SurroundingsSettings;
import dev.countersign.SurroundingsSettings.Databases;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.http.TrustedProxies;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the member {@code surroundings} of a settings file. */
final class SurroundingsSettingsReader {
    private SurroundingsSettingsReader() {}

    /** @param folder what relative paths are relative to */
    static SurroundingsSettings read(@Nullable Fields surroundings, Path folder) {
        if (surroundings == null) {
            return SurroundingsSettings.NONE;
        }
        surroundings.only(Set.of("network", "trusted_proxies", "posture_max_age"));
        var proxies = SettingsFile.texts(surroundings, "trusted_proxies");
        try {
            TrustedProxies.of(proxies);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(surroundings.at("trusted_proxies"), String.valueOf(e.getMessage()));
        }
        return new SurroundingsSettings(
                databases(surroundings.optionalObject("network"), folder),
                proxies,
                SettingsFile.duration(surroundings, "posture_max_age", SurroundingsSettings.POSTURE_MAX_AGE));
    }

    private static Databases databases(@Nullable Fields network, Path folder) {
        if (network == null) {
            return SurroundingsSettings.NONE.databases();
        }
        network.only(Set.of("city", "asn", "anonymous_ip"));
        return new Databases(
                file(network, "city", folder), file(network, "asn", folder), file(network, "anonymous_ip", folder));
    }

    private static @Nullable Path file(Fields network, String name, Path folder) {
        var text = network.optionalText(name);
        return text == null ? null : folder.resolve(text);
    }
}
