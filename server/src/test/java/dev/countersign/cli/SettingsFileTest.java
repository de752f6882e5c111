package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.DbscSettings;
import dev.countersign.NotificationSettings;
import dev.countersign.NotificationSettings.Mail;
import dev.countersign.NotificationSettings.Security;
import dev.countersign.Settings;
import dev.countersign.Settings.Misfits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Settings read(String more) throws IOException {
        var file = folder.resolve("countersign.yaml");
        Files.writeString(file, "issuer: http://localhost:8400\ntransaction_types: types\n" + more);
        return SettingsFile.read(file, Map.of());
    }

    @Test
    void policiesAreAFolderInShortAndAtLength() throws IOException {
        assertThat(read("policies: bank\n").policies().folder()).isEqualTo(folder.resolve("bank"));
        assertThat(read("policies: {folder: bank}\n").policies().publishers()).isNull();
    }

    @Test
    void anObjectSaysWhatBecomesOfRequestsThatDoNotFit() throws IOException {
        assertThat(read("policies: bank\n").policies().requests()).isEqualTo(Misfits.REFUSE);
        assertThat(read("policies: {folder: bank, requests: warn}\n").policies().requests())
                .isEqualTo(Misfits.WARN);
        assertThatThrownBy(() -> read("policies: {folder: bank, requests: ignore}\n"))
                .hasMessageContaining("/policies/requests");
        assertThatThrownBy(() -> read("policies: {requests: warn}\n")).hasMessageContaining("/policies/folder");
        assertThatThrownBy(() -> read("policies: 7\n")).hasMessageContaining("/policies");
    }

    @Test
    void orTheyArePublished() throws IOException {
        var policies = read("""
                policies:
                  published: true
                  first: bank
                  publishers: {keys: [{kty: OKP, crv: Ed25519, kid: ada, x: abc}]}
                """).policies();
        assertThat(policies.folder()).isEqualTo(folder.resolve("bank"));
        assertThat(policies.publishers()).contains("\"kid\":\"ada\"");
    }

    @Test
    void publishedWithoutKeysOrAFirstSetIsRefused() {
        assertThatThrownBy(() -> read("policies: {published: true, first: bank}\n"))
                .hasMessageContaining("/policies/publishers");
        assertThatThrownBy(() -> read("policies: {published: true, publishers: {keys: []}}\n"))
                .hasMessageContaining("/policies/first");
        assertThatThrownBy(() -> read("policies: {folder: bank, publish: true}\n"))
                .hasMessageContaining("/policies/publish");
    }

    @Test
    void ourOwnNameIsNoEnforcementPoints() {
        assertThatThrownBy(() -> read("policies: bank\nenforcement_points: [{id: countersign}]\n"))
                .hasMessageContaining("/enforcement_points/0/id");
    }

    @Test
    void boundCookiesLiveTenMinutesAtMostAndNoProofIsFreshForLonger() throws IOException {
        assertThat(read("policies: bank\n").dbsc()).isEqualTo(DbscSettings.STANDARD);
        assertThat(read("policies: bank\ndbsc: {offered: false, cookie: PT10M, fresh: PT10M}\n")
                        .dbsc())
                .isEqualTo(new DbscSettings(false, Duration.ofMinutes(10), Duration.ofMinutes(10)));
        for (var bad :
                new String[] {"cookie: PT10M1S", "cookie: PT30S", "fresh: PT6M", "cookie: PT0.5S", "fresh: PT0S"}) {
            assertThatThrownBy(() -> read("policies: bank\ndbsc: {" + bad + "}\n"))
                    .as(bad)
                    .hasMessageContaining("/dbsc/");
        }
        assertThatThrownBy(() -> read("policies: bank\ndbsc: {off: true}\n")).hasMessageContaining("/dbsc/off");
    }

    @Test
    void mailGoesOverTlsUnlessItsServerIsOnThisMachine() throws IOException {
        assertThat(read("policies: bank\n").notifications()).isEqualTo(NotificationSettings.NONE);
        var mail = "policies: bank\nnotifications:\n  mail: {from: c@bank.example, host: ";
        assertThat(read(mail + "smtp.example}\n").notifications().mail())
                .isEqualTo(new Mail("smtp.example", 587, Security.STARTTLS, null, null, "c@bank.example"));
        assertThat(read(mail + "localhost, security: none, port: 2525}\n")
                        .notifications()
                        .mail())
                .isEqualTo(new Mail("localhost", 2525, Security.NONE, null, null, "c@bank.example"));
        for (var bad : new String[] {
            mail + "smtp.example, security: none}\n",
            mail + "smtp.example, security: ssl}\n",
            mail + "smtp.example, port: 0}\n",
            mail + "smtp.example, tls: true}\n",
            mail + "'smtp example', security: none}\n",
            "policies: bank\nnotifications: {mail: {host: smtp.example}}\n",
            "policies: bank\nnotifications: {webhooks: ['not an address']}\n",
            "policies: bank\nnotifications: {push: true}\n",
        }) {
            assertThatThrownBy(() -> read(bad)).as(bad).hasMessageContaining("/notifications/");
        }
    }

    @Test
    void aProvidersClassesCountAsOursUpToWhatItCanVouchFor() throws IOException {
        var provider =
                "policies: bank\nidentity_providers:\n  - issuer: https://idp.example\n    client_id: c\n    acr_values: ";
        assertThat(read(provider + "{gold: 'urn:countersign:acr:mfa', silver: 'urn:countersign:acr:base'}\n")
                        .identityProviders()
                        .getFirst()
                        .acrValues()
                        .keySet())
                .containsExactly("gold", "silver");
        assertThatThrownBy(() -> read(provider + "{gold: 'urn:countersign:acr:phr'}\n"))
                .hasMessageContaining("/identity_providers/0/acr_values/gold");
        assertThatThrownBy(() -> read(provider + "{'two words': 'urn:countersign:acr:mfa'}\n"))
                .hasMessageContaining("/identity_providers/0/acr_values/two words");
        assertThatThrownBy(() -> read(provider + "[gold]\n")).hasMessageContaining("/identity_providers/0/acr_values");
        var many = new StringBuilder("{");
        for (var i = 0; i <= AcrValuesReader.MAX_CLASSES; i++) {
            many.append('c').append(i).append(": 'urn:countersign:acr:mfa', ");
        }
        assertThatThrownBy(() -> read(provider + many + "}\n")).hasMessageContaining("More than 32 classes");
    }

    @Test
    void keysOnDevicesWithoutNetworkAreConfirmedByAGroup() throws IOException {
        assertThat(read("policies: bank\n").offline().confirmers()).isNull();
        assertThat(read("policies: bank\noffline_keys: {confirmed_by: treasury}\n")
                        .offline()
                        .confirmers())
                .isEqualTo("treasury");
        assertThatThrownBy(() -> read("policies: bank\noffline_keys: {}\n"))
                .hasMessageContaining("/offline_keys/confirmed_by");
        assertThatThrownBy(() -> read("policies: bank\noffline_keys: {confirmed_by: ' '}\n"))
                .hasMessageContaining("/offline_keys/confirmed_by");
        assertThatThrownBy(() -> read("policies: bank\noffline_keys: {confirmed: treasury}\n"))
                .hasMessageContaining("/offline_keys/confirmed");
    }
}
