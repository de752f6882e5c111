package dev.countersign.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Forge;
import dev.countersign.DoorSettings.Reuse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoorSettingsReaderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private DoorSettings read(String doors) throws IOException {
        var file = folder.resolve("countersign.yaml");
        Files.writeString(
                file,
                "issuer: http://localhost:8400\ntransaction_types: types\npolicies: bank\ndoors:\n" + doors.indent(2));
        return SettingsFile.read(file, Map.of()).doors();
    }

    @Test
    void everyDoorIsRead() throws IOException {
        var doors = read("""
                access_tokens:
                  - {issuer: "https://idp.example", audience: us, other_audiences: [account], scopes: [a], workload_clients: [batch]}
                trust_domains:
                  - {name: example.org, bundle_endpoint: "https://spire.example:8443", anchors: ca.pem}
                  - {name: partner.example, bundle_file: partner.json}
                jwt_svids: {audience: us, max_session: PT10M, reuse: same-key}
                kubernetes:
                  - cluster: prod
                    issuer: https://kubernetes.default.svc
                    audience: us
                    review: https://10.0.0.1:6443
                    keys: {jwks_uri: "https://10.0.0.1:6443/openid/v1/jwks", anchors: ca.crt, credential_file: token}
                    service_accounts: [{namespace: shop, name: api, uid: "1"}]
                ci:
                  - issuer: https://gitlab.example
                    audience: us
                    forge: gitlab
                    jobs: [{sub: "project_path:a/b:ref_type:branch:ref:main", repository_id: 7, owner_id: "8", workflow: w}]
                """);
        var access = doors.accessTokens().getFirst();
        assertThat(access.terms().reuse()).isEqualTo(Reuse.ONCE);
        assertThat(access.terms().maxSession()).isEqualTo(Duration.ofHours(1));
        assertThat(access.terms().otherAudiences()).containsExactly("account");
        assertThat(access.principalClaim()).isEqualTo("sub");
        assertThat(access.keys()).isEqualTo(DoorSettings.Keys.DISCOVERED);
        assertThat(doors.trustDomains().getFirst().anchors()).isEqualTo(folder.resolve("ca.pem"));
        assertThat(doors.trustDomains().getLast().bundleFile()).isEqualTo(folder.resolve("partner.json"));
        var svids = requireNonNull(doors.svids());
        assertThat(svids.terms().maxSession()).isEqualTo(Duration.ofMinutes(10));
        assertThat(svids.terms().reuse()).isEqualTo(Reuse.SAME_KEY);
        var cluster = doors.kubernetes().getFirst();
        assertThat(cluster.terms().reuse()).isEqualTo(Reuse.SAME_KEY);
        assertThat(cluster.keys().credential()).isEqualTo(folder.resolve("token"));
        assertThat(cluster.accounts().getFirst().uid()).isEqualTo("1");
        var forge = doors.ci().getFirst();
        assertThat(forge.forge()).isEqualTo(Forge.GITLAB);
        assertThat(forge.jobs().getFirst().repository()).isEqualTo("7");
    }

    @Test
    void mistakesAreNamed() {
        var wrong = new LinkedHashMap<String, String>();
        wrong.put("windows: []", "/doors/windows");
        wrong.put("access_tokens: [{issuer: x, audience: us}]", "/doors/access_tokens/0/issuer");
        wrong.put("access_tokens: [{issuer: 'https://a.example'}]", "/doors/access_tokens/0/audience");
        wrong.put(
                "access_tokens: [{issuer: 'https://a.example', audience: us, reuse: often}]",
                "/doors/access_tokens/0/reuse");
        wrong.put(
                "access_tokens: [{issuer: 'https://a.example', audience: us, max_session: -PT1H}]",
                "/doors/access_tokens/0/max_session");
        wrong.put(
                "access_tokens: [{issuer: 'https://a.example', audience: us, workload_clients: ['spiffe://a/b']}]",
                "/doors/access_tokens/0/workload_clients");
        wrong.put(
                "access_tokens: [{issuer: 'https://a.example', audience: us, keys: {jwks_uri: 'https://a.example/k', jwks_file: k}}]",
                "/doors/access_tokens/0/keys");
        wrong.put("trust_domains: [{name: 'spiffe://a', bundle_file: b}]", "/doors/trust_domains/0/name");
        wrong.put("trust_domains: [{name: a}]", "/doors/trust_domains/0");
        wrong.put(
                "kubernetes: [{cluster: 'a/b', issuer: 'https://a.example', audience: us}]",
                "/doors/kubernetes/0/cluster");
        wrong.put(
                "ci: [{issuer: 'https://a.example', audience: us, jobs: [{sub: 'repo:a/*', repository_id: 1, owner_id: 2}]}]",
                "/doors/ci/0/jobs/0/sub");
        wrong.put(
                "ci: [{issuer: 'https://a.example', audience: us, jobs: [{sub: s, repository_id: a/b, owner_id: 2}]}]",
                "/doors/ci/0/jobs/0/repository_id");
        wrong.put("ci: [{issuer: 'https://a.example', audience: us, forge: cvs}]", "/doors/ci/0/forge");
        wrong.put(
                "access_tokens: [{issuer: 'https://a.example', audience: us}]\nci: [{issuer: 'https://a.example', audience: us}]",
                "/doors: Two doors have the same issuer");
        wrong.forEach(
                (text, pointer) -> assertThatThrownBy(() -> read(text)).as(text).hasMessageContaining(pointer));
    }

    @Test
    void thereIsALimitToDoors() {
        var many = "trust_domains:\n" + "- {name: a, bundle_file: b}\n".repeat(DoorSettingsReader.MAX_DOORS + 1);
        assertThatThrownBy(() -> read(many)).hasMessageContaining("More than 100 elements");
    }
}
