package dev.countersign;

import static dev.countersign.MutualDeployment.PROXY_SECRET;
import static dev.countersign.MutualDeployment.base64;
import static dev.countersign.MutualDeployment.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.certificate.TestAuthority;
import dev.countersign.certificate.TestAuthority.Issued;
import dev.countersign.key.Sha256;
import dev.countersign.store.Database.Engine;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates that proxies forward, and those that only look forwarded. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ForwardedCertificateTest {
    private static final String SECRET = "Countersign-Proxy-Secret";

    private final MutualDeployment deployment;
    private final Issued ledger;

    ForwardedCertificateTest(Engine engine) {
        deployment = new MutualDeployment(engine);
        ledger = deployment.issuing.client("a", "ledger.example");
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    /** Through a proxy without a certificate of its own. */
    private HttpResponse<String> through(String... headers) {
        return deployment.credentials(deployment.caller(null), deployment.plain, "ledger", headers);
    }

    private String clientCert() {
        return ":" + base64(ledger.leaf()) + ":";
    }

    private String chain() {
        return ":" + base64(ledger.chain().get(1)) + ":";
    }

    private String forwarded() throws CertificateEncodingException {
        return "Hash=" + Sha256.hex(ledger.leaf().getEncoded()) + ";Subject=\"CN=a;,\\\"\";Chain=\""
                + URLEncoder.encode(
                                TestAuthority.pem(ledger.chain().toArray(X509Certificate[]::new)),
                                StandardCharsets.US_ASCII)
                        .replace("+", "%20") // as Envoy encodes
                + "\";URI=";
    }

    private static void granted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void refused(HttpResponse<String> answer, String error, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 401);
        assertThat(json(answer).get("error").stringValue()).as(answer.body()).isEqualTo(error);
        assertThat(json(answer).get("error_description").stringValue()).contains(reason);
    }

    @Test
    void aProxyThatKnowsTheSecretForwardsByRfc9440() {
        var answer = through("Client-Cert", clientCert(), "Client-Cert-Chain", chain(), SECRET, PROXY_SECRET);
        granted(answer);
        var token = json(answer).get("access_token").stringValue();
        var decision =
                deployment.decision(MutualDeployment.VOUCHING_KEY, "ledger", token, "Bearer", null, ledger.sha256());
        assertThat(decision.get("decision").booleanValue()).isTrue();
    }

    @Test
    void aProxyWithThePinnedCertificateForwardsAsEnvoyDoes() throws Exception {
        var mesh = deployment.caller(deployment.pinnedProxy);
        granted(deployment.credentials(mesh, deployment.mutual, "ledger", "X-Forwarded-Client-Cert", forwarded()));
        // Without a header the caller of the proxy showed none: the proxy's own certificate is nobody's login.
        refused(deployment.credentials(mesh, deployment.mutual, "ledger"), "invalid_client", "client certificate");
        // Another certificate than the pinned one proves nothing, however it came by the header.
        var other = deployment.caller(deployment.enterprise.client("b", "b.example"));
        refused(
                deployment.credentials(other, deployment.mutual, "ledger", "X-Forwarded-Client-Cert", forwarded()),
                "invalid_request",
                "proves itself");
    }

    @Test
    void aHeaderOfAnybodyElseIsRefusedAndRecordedAndNeverUsed() throws Exception {
        refused(through("Client-Cert", clientCert()), "invalid_request", "proves itself");
        refused(through("Client-Cert-Chain", chain()), "invalid_request", "proves itself");
        refused(through("X-Forwarded-Client-Cert", forwarded()), "invalid_request", "proves itself");
        refused(through("Client-Cert", clientCert(), SECRET, "guessed"), "invalid_request", "no proxy's");
        refused(through(SECRET, "guessed"), "invalid_request", "no proxy's");
        refused(
                through("Client-Cert", clientCert(), SECRET, PROXY_SECRET, SECRET, "guessed"),
                "invalid_request",
                "more than once");
        // Beside a certificate of one's own it does not count either.
        var own = deployment.enterprise.client("own", "own.example");
        refused(deployment.credentials(own, "ledger", "Client-Cert", clientCert()), "invalid_request", "proves itself");
        var refusals = deployment.evidenceOf("certificate.refused");
        assertThat(refusals).hasSize(7).allMatch(entry -> entry.contains("\"fault\":\"forged\""));
        assertThat(String.join("", refusals)).doesNotContain(PROXY_SECRET, "guessed", base64(ledger.leaf()));
    }

    @Test
    void aProxyHasOneHeaderAndStripsTheOther() throws Exception {
        refused(
                through("Client-Cert", clientCert(), "X-Forwarded-Client-Cert", forwarded(), SECRET, PROXY_SECRET),
                "invalid_request",
                "does not send itself");
        refused(
                deployment.credentials(
                        deployment.caller(deployment.pinnedProxy),
                        deployment.mutual,
                        "ledger",
                        "Client-Cert",
                        clientCert()),
                "invalid_request",
                "does not send itself");
        refused(through("Client-Cert-Chain", chain(), SECRET, PROXY_SECRET), "invalid_request", "without Client-Cert");
        refused(
                through("Client-Cert", clientCert(), "Client-Cert", clientCert(), SECRET, PROXY_SECRET),
                "invalid_request",
                "more than once");
    }

    @Test
    void aForwardedCertificateIsValidatedLikeAnyOther() {
        refused(
                through("Client-Cert", clientCert(), SECRET, PROXY_SECRET),
                "invalid_client",
                "does not chain"); // the one between is missing
        var other = deployment.spire.client("a", "ledger.example");
        refused(
                through("Client-Cert", ":" + base64(other.leaf()) + ":", SECRET, PROXY_SECRET),
                "invalid_client",
                "does not chain");
        refused(through("Client-Cert", ":AAAA:", SECRET, PROXY_SECRET), "invalid_client", "cannot be read");
    }

    @Test
    void aFloodOfForgedHeadersWritesABoundedNumberOfEntries() {
        for (var i = 0; i < 30; i++) {
            through("Client-Cert", clientCert());
        }
        assertThat(deployment.evidenceOf("certificate.refused")).hasSize(20);
    }
}
