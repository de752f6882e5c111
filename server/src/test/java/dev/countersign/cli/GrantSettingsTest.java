package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.GrantSettings;
import dev.countersign.Settings;
import dev.countersign.Settings.Lifetimes;
import dev.countersign.Settings.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrantSettingsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Settings read(String more) throws IOException {
        var file = folder.resolve("countersign.yaml");
        Files.writeString(file, "issuer: http://localhost:8400\ntransaction_types: types\npolicies: bank\n" + more);
        return SettingsFile.read(file, Map.of());
    }

    @Test
    void lifetimesAreThoseOfTheStandardUnlessSaid() throws IOException {
        assertThat(read("").lifetimes()).isEqualTo(Lifetimes.standard());
        var some = read("""
                lifetimes:
                  token: PT2M
                  step_up: PT5M
                  idle: PT10M
                  absolute: PT8H
                  aal3: {idle: PT5M, absolute: PT1H}
                """).lifetimes();
        assertThat(some.token()).isEqualTo(Duration.ofMinutes(2));
        assertThat(some.stepUp()).isEqualTo(Duration.ofMinutes(5));
        assertThat(some.aal1()).isEqualTo(new Span(Duration.ofMinutes(10), Duration.ofHours(8)));
        assertThat(some.aal2()).isEqualTo(some.aal1());
        assertThat(some.aal3()).isEqualTo(new Span(Duration.ofMinutes(5), Duration.ofHours(1)));
        assertThat(some.workload()).isEqualTo(new Span(Duration.ofMinutes(10), Duration.ofHours(1)));
    }

    @Test
    void whatCannotBeALifetimeIsRefused() {
        for (var bad : Map.of(
                        "lifetimes: {idle: PT2H, absolute: PT1H}\n", "/lifetimes/absolute",
                        "lifetimes: {absolute: P31D}\n", "/lifetimes/absolute",
                        "lifetimes: {aal2: {absolute: P31D}}\n", "/lifetimes/aal2/absolute",
                        "lifetimes: {aal2: {idle: never}}\n", "/lifetimes/aal2/idle",
                        "lifetimes: {aal4: {idle: PT1M}}\n", "/lifetimes/aal4")
                .entrySet()) {
            assertThatThrownBy(() -> read(bad.getKey())).hasMessageContaining(bad.getValue());
        }
    }

    @Test
    void aClientSaysWhatItGets() throws IOException {
        var clients = read("""
                clients:
                  - {id: bank, redirect_uris: [], refresh: true, scopes: [pay, read], lifetimes: {idle: PT5M}}
                  - id: assistant
                    jwks: {keys: []}
                    exchange:
                      {tokens_of: [bank], audiences: [gateway], actors: ["Agent::assistant"], transaction_tokens: true}
                  - {id: plain}
                """).clients();
        assertThat(clients.get(0).grants())
                .isEqualTo(new GrantSettings(Duration.ofMinutes(5), null, true, Set.of("pay", "read"), null));
        assertThat(clients.get(1).grants().exchange())
                .isEqualTo(new GrantSettings.Exchange(
                        Set.of("bank"), Set.of("gateway"), Set.of("Agent::assistant"), true));
        assertThat(clients.get(2).grants()).isEqualTo(GrantSettings.PLAIN);
    }

    @Test
    void whatAClientCannotHaveIsRefused() {
        for (var bad : Map.of(
                        "clients: [{id: a, exchange: {tokens_of: [b]}}]\n", "/clients/0/exchange",
                        "clients: [{id: a, scopes: ['two words']}]\n", "/clients/0/scopes",
                        "clients: [{id: a, jwks: {}, exchange: {actors: ['User::alice']}}]\n",
                                "/clients/0/exchange/actors",
                        "clients: [{id: a, lifetimes: {token: PT1M}}]\n", "/clients/0/lifetimes/token",
                        "clients: [{id: a, refresh: yes please}]\n", "/clients/0/refresh")
                .entrySet()) {
            assertThatThrownBy(() -> read(bad.getKey())).hasMessageContaining(bad.getValue());
        }
    }
}
