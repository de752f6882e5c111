package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.SurroundingsSettings;
import dev.countersign.SurroundingsSettings.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code surroundings} in the settings file. */
final class SurroundingsSettingsTest {
    @TempDir
    Path folder;

    private SurroundingsSettings read(String surroundings) throws IOException {
        var file = folder.resolve("settings.yaml");
        Files.writeString(
                file, "issuer: https://countersign.example\ntransaction_types: types\npolicies: mine\n" + surroundings);
        return SettingsFile.read(file, Map.of()).surroundings();
    }

    @Test
    void withoutThemNothingIsKnownAndNobodyTrusted() throws Exception {
        assertThat(read("")).isEqualTo(SurroundingsSettings.NONE);
        assertThat(read("surroundings: {}")).isEqualTo(SurroundingsSettings.NONE);
    }

    @Test
    void filesAreRelativeToTheSettings() throws Exception {
        var read = read("surroundings: {network: {city: geo/city.mmdb, asn: /asn.mmdb}, trusted_proxies: [10.0.0.0/8],"
                + " posture_max_age: PT2H}");
        assertThat(read.databases())
                .isEqualTo(new Databases(folder.resolve("geo/city.mmdb"), Path.of("/asn.mmdb"), null));
        assertThat(read.trustedProxies()).isEqualTo(List.of("10.0.0.0/8"));
        assertThat(read.postureMaxAge()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> read("surroundings: {geo: x}")).hasMessageContaining("/surroundings/geo: Unknown");
        assertThatThrownBy(() -> read("surroundings: {network: {country: x}}"))
                .hasMessageContaining("/surroundings/network/country: Unknown");
        assertThatThrownBy(() -> read("surroundings: {trusted_proxies: [proxy.example]}"))
                .hasMessageContaining("/surroundings/trusted_proxies: Not an address or CIDR range: proxy.example");
        assertThatThrownBy(() -> read("surroundings: {posture_max_age: PT0S}"))
                .hasMessageContaining("/surroundings/posture_max_age");
    }
}
