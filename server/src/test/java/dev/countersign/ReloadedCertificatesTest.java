package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.certificate.TestAuthority;
import dev.countersign.certificate.TestAuthority.Issued;
import dev.countersign.store.Database.Engine;
import dev.countersign.tls.Reloaded;
import java.net.http.HttpRequest;
import java.security.cert.Certificate;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys, anchors, revocation lists and bundles change while the server runs. */
final class ReloadedCertificatesTest {
    private static final Duration A_LITTLE_MORE = Reloaded.PAUSE.plusMillis(200);

    private final MutualDeployment deployment = new MutualDeployment(Engine.SQLITE);

    @AfterEach
    void close() {
        deployment.close();
    }

    private int status(Issued certificate, String client) {
        return deployment.credentials(certificate, client).statusCode();
    }

    private Certificate shown() throws Exception {
        var answer = MutualDeployment.send(
                deployment.caller(null),
                HttpRequest.newBuilder(deployment.plain.resolve("/health/live")).build());
        return answer.sslSession().orElseThrow().getPeerCertificates()[0];
    }

    @Test
    void aNewServerKeyIsShownWithoutARestartAndABrokenOneIsNot() throws Exception {
        var first = shown();
        var next = deployment.servers.client("localhost", "localhost");
        deployment.writeServerKey(next);
        Thread.sleep(A_LITTLE_MORE);
        assertThat(shown()).isEqualTo(next.leaf()).isNotEqualTo(first);
        // The key of another certificate, as in the middle of a replacement: the pair before stays.
        TestAuthority.write(
                deployment.folder.resolve("tls/server.key"),
                TestAuthority.pem("PRIVATE KEY", TestAuthority.ec().getPrivate().getEncoded()));
        Thread.sleep(A_LITTLE_MORE);
        assertThat(shown()).isEqualTo(next.leaf());
    }

    @Test
    void anchorsComeAndGo() throws Exception {
        var other = TestAuthority.root("successor");
        var old = deployment.enterprise.client("a", "ledger.example");
        assertThat(status(old, "ledger")).isEqualTo(200);
        assertThat(status(other.client("a", "ledger.example"), "ledger")).isEqualTo(401);
        deployment.writeAnchors(other);
        TestAuthority.write(
                deployment.folder.resolve("tls/enterprise.crl"),
                TestAuthority.pem(
                        "X509 CRL",
                        other.revoking(
                                        java.time.Instant.now().minusSeconds(60),
                                        java.time.Instant.now().plusSeconds(3600))
                                .getEncoded()));
        Thread.sleep(A_LITTLE_MORE);
        assertThat(status(old, "ledger")).isEqualTo(401);
        assertThat(status(other.client("a", "ledger.example"), "ledger")).isEqualTo(200);
        // What cannot be read changes nothing.
        TestAuthority.write(deployment.folder.resolve("tls/enterprise.pem"), "nonsense");
        Thread.sleep(A_LITTLE_MORE);
        assertThat(status(other.client("a", "ledger.example"), "ledger")).isEqualTo(200);
    }

    @Test
    void aRevokedCertificateOpensNothingAnyMore() throws Exception {
        var certificate = deployment.enterprise.client("a", "ledger.example");
        assertThat(status(certificate, "ledger")).isEqualTo(200);
        deployment.writeRevocations(certificate.leaf());
        Thread.sleep(A_LITTLE_MORE);
        assertThat(status(certificate, "ledger")).isEqualTo(401);
        assertThat(status(deployment.enterprise.client("a", "ledger.example"), "ledger"))
                .isEqualTo(200);
    }

    @Test
    void authoritiesOfATrustDomainRotate() throws Exception {
        var id = "spiffe://prod.example/payroll";
        var next = TestAuthority.root("next spire");
        assertThat(status(next.svid(id), id)).isEqualTo(401);
        deployment.writeBundle("prod.example", deployment.spire, next);
        deployment.advance(Duration.ofSeconds(11));
        assertThat(status(next.svid(id), id)).isEqualTo(200);
        deployment.writeBundle("prod.example", next);
        deployment.advance(Duration.ofSeconds(11));
        assertThat(status(deployment.spire.svid(id), id)).isEqualTo(401);
    }
}
