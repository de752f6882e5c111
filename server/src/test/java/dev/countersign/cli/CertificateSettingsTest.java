package dev.countersign.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.CertificateSettings.Header;
import dev.countersign.CertificateSettings.Login;
import dev.countersign.CertificateSettings.NameKind;
import dev.countersign.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateSettingsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Settings read(String more) throws IOException {
        var file = folder.resolve("countersign.yaml");
        Files.writeString(file, "issuer: http://localhost:8400\ntransaction_types: types\npolicies: bank\n" + more);
        return SettingsFile.read(file, Map.of());
    }

    @Test
    void everythingIsRead() throws IOException {
        var settings = read("""
                tls: {certificate: s.pem, key: s.key, mutual: {port: 8443, url: "https://mtls.example:8443"}}
                clients:
                  - {id: ledger, certificate: {authority: enterprise, san_dns: ledger.example}, service: {groups: [batch]}}
                  - {id: legacy, certificate: {self_signed: {keys: []}}, service: {workload: old-ledger}}
                  - {id: payroll, jwks: {keys: []}, service: {}}
                enforcement_points: [{id: gateway, rights: [certificates]}]
                certificates:
                  authorities: [{name: enterprise, anchors: ca.pem, crl: ca.crl}]
                  svids: true
                  max_session: PT10M
                  proxies:
                    - {name: edge, header: client-cert, secret_sha256: %s}
                    - {name: mesh, header: x-forwarded-client-cert, certificate_sha256: %s}
                """.formatted("0".repeat(64), "A".repeat(43)));
        var tls = requireNonNull(settings.tls());
        assertThat(requireNonNull(tls.mutual()).url()).isEqualTo(URI.create("https://mtls.example:8443"));
        var certificates = settings.certificates();
        assertThat(certificates.authorities().getFirst().anchors()).isEqualTo(folder.resolve("ca.pem"));
        assertThat(certificates.svids()).isTrue();
        assertThat(certificates.maxSession()).isEqualTo(Duration.ofMinutes(10));
        assertThat(certificates.proxies().get(1).header()).isEqualTo(Header.X_FORWARDED_CLIENT_CERT);
        var ledger = settings.clients().getFirst();
        assertThat(ledger.certificate()).isEqualTo(new Login.Named("enterprise", NameKind.SAN_DNS, "ledger.example"));
        assertThat(requireNonNull(ledger.service()).workload()).isEqualTo("ledger");
        assertThat(settings.clients().get(1).certificate()).isInstanceOf(Login.SelfSigned.class);
        assertThat(settings.enforcementPoints().getFirst().rights()).containsExactly(Settings.Right.CERTIFICATES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clients: [{id: a, certificate: {san_dns: x}}] | /clients/0/certificate/authority",
                "clients: [{id: a, certificate: {authority: e}}] | /clients/0/certificate",
                "clients: [{id: a, certificate: {authority: e, san_dns: x, san_uri: y}}] | /clients/0/certificate",
                "clients: [{id: a, certificate: {self_signed: {keys: []}, san_dns: x}}] | self_signed",
                "clients: [{id: a, jwks: {keys: []}, certificate: {authority: e, san_dns: x}}] | not both",
                "clients: [{id: a, service: {}}] | needs keys or a certificate",
                "clients: [{id: a, jwks: {keys: []}, service: {workload: 'spiffe://x/y'}}] | Only a trust domain",
                "clients: [{id: a, jwks: {keys: []}, service: {workload: w}}, {id: b, jwks: {keys: []}, service: {workload: w}}] | same workload",
                "clients: [{id: a, jwks: {keys: []}, service: {}}]\\nenforcement_points: [{id: a}] | same id",
                "certificates: {proxies: [{name: e, header: client-cert}]} | nothing to prove",
                "certificates: {proxies: [{name: e, header: forwarded}]} | /certificates/proxies/0/header",
                "certificates: {proxies: [{name: e, header: client-cert, secret_sha256: abc}]} | secret_sha256",
                "certificates: {proxies: [{name: e, header: client-cert, certificate_sha256: abc}]} | certificate_sha256",
                "certificates: {authorities: [{name: e, anchors: a}, {name: e, anchors: b}]} | same name",
                "certificates: {max_session: PT0S} | /certificates/max_session",
                "certificates: {trust_all: true} | /certificates/trust_all",
                "tls: {certificate: c, key: k, mutual: {port: 1, url: 'http://x'}} | /tls/mutual/url",
                "tls: {certificate: c, key: k, mutual: {url: 'https://x'}} | /tls/mutual/port",
            })
    void whatDoesNotFitIsNamed(String more, String named) {
        assertThatThrownBy(() -> read(more.replace("\\n", "\n") + "\n"))
                .isInstanceOf(SettingsFile.InvalidSettings.class)
                .hasMessageContaining(named);
    }
}
