package dev.countersign;

import static dev.countersign.MutualDeployment.json;
import static dev.countersign.MutualDeployment.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.certificate.TestAuthority;
import dev.countersign.certificate.TestAuthority.Issued;
import dev.countersign.certificate.TestAuthority.Wanted;
import dev.countersign.store.Database.Engine;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Workloads come in by certificate, over real TLS. */
@ParameterizedClass
@EnumSource(Engine.class)
final class CertificateDoorTest {
    private static final String PAYROLL = "spiffe://prod.example/payroll";

    private final MutualDeployment deployment;

    CertificateDoorTest(Engine engine) {
        deployment = new MutualDeployment(engine);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String token(Issued certificate, @Nullable String client) {
        var answer = deployment.credentials(certificate, client);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("token_type").stringValue()).isEqualTo("Bearer");
        return json(answer).get("access_token").stringValue();
    }

    private void refused(Issued certificate, @Nullable String client, String reason) {
        refused(deployment.credentials(certificate, client), "invalid_client", reason);
    }

    private static void refused(HttpResponse<String> answer, String error, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 401);
        assertThat(json(answer).get("error").stringValue()).as(answer.body()).isEqualTo(error);
        assertThat(json(answer).get("error_description").stringValue()).contains(reason);
    }

    private JsonNode vouched(String workload, String token, @Nullable String sha256) {
        return deployment.decision(MutualDeployment.VOUCHING_KEY, workload, token, "Bearer", null, sha256);
    }

    @Test
    void aServiceOfTheEnterpriseGetsASessionThatIsBoundToItsCertificate() {
        var certificate = deployment.enterprise.client("whatever", "ledger.example");
        var token = token(certificate, "ledger");
        var permitted = vouched("ledger", token, certificate.sha256());
        assertThat(permitted.get("decision").booleanValue()).as("%s", permitted).isTrue();

        var about = json(deployment.form(
                deployment.caller(null),
                deployment.plain,
                "/oauth/introspect",
                Map.of("token", token),
                "Authorization",
                "Bearer " + MutualDeployment.PLAIN_KEY));
        assertThat(about.get("cnf").get("x5t#S256").stringValue()).isEqualTo(certificate.sha256());
        assertThat(about.get("token_type").stringValue()).isEqualTo("Bearer");
        assertThat(deployment.evidenceOf("session.started").getLast()).contains("\"binding\":\"mtls\"", "Workload::");
    }

    @Test
    void aWorkloadOfATrustDomainGetsASessionByItsSvid() {
        var svid = deployment.spire.svid(PAYROLL);
        assertThat(vouched(PAYROLL, token(svid, null), svid.sha256())
                        .get("decision")
                        .booleanValue())
                .isTrue();
        token(deployment.spire.intermediate("nested").svid(PAYROLL), PAYROLL);
        // A workload of another domain that is configured comes in too, and policy does not let it post.
        var other = deployment.otherSpire.svid("spiffe://other.example/payroll");
        var decision = vouched("spiffe://other.example/payroll", token(other, null), other.sha256());
        assertThat(reason(decision)).isEqualTo("no_permit");
    }

    @Test
    void svidsThatAreNoneAreRefused() {
        var spire = deployment.spire;
        var now = Instant.now();
        var wrong = new LinkedHashMap<Issued, String>();
        wrong.put(spire.issue(svid().valid(now.minusSeconds(7200), now.minusSeconds(1))), "expired");
        wrong.put(spire.issue(svid().valid(now.plusSeconds(60), now.plusSeconds(7200))), "not valid yet");
        wrong.put(spire.issue(svid().ca(0)), "certification authority");
        wrong.put(spire.issue(svid().purposes(KeyPurposeId.id_kp_serverAuth)), "not for clients");
        wrong.put(spire.issue(svid().usage(KeyUsage.keyEncipherment, true)), "signs");
        wrong.put(spire.issue(svid().usage(KeyUsage.digitalSignature | KeyUsage.cRLSign, true)), "signs");
        wrong.put(spire.issue(svid().usage(KeyUsage.digitalSignature, false)), "critically");
        wrong.put(spire.issue(svid().uri("spiffe://prod.example/other")), "exactly one URI");
        wrong.put(spire.issue(svid().uri("https://prod.example/")), "exactly one URI");
        wrong.put(spire.svid("spiffe://prod.example"), "not the SPIFFE ID");
        wrong.put(spire.svid("spiffe://prod.example/a/../b"), "not the SPIFFE ID");
        wrong.put(spire.svid("spiffe://unknown.example/payroll"), "trust domain is not configured");
        wrong.put(spire.svid("spiffe://prod.example/" + "a".repeat(240)), "longer than 255");
        // Believed for its own domain, never for another.
        wrong.put(deployment.otherSpire.svid(PAYROLL), "does not chain");
        wrong.put(deployment.enterprise.svid(PAYROLL), "does not chain");
        wrong.put(TestAuthority.selfSigned(svid()), "does not chain");
        wrong.put(spire.issue(svid().keys(TestAuthority.rsa(1_536))), "size or type");
        wrong.put(spire.client("no svid", "payroll.example"), "not one of a workload");
        wrong.forEach((certificate, reason) -> refused(certificate, null, reason));
        refused(spire.svid(PAYROLL), "spiffe://prod.example/other", "another client");
        token(spire.issue(svid()), null);
    }

    private static Wanted svid() {
        return new Wanted("workload").uri(PAYROLL);
    }

    @Test
    void clientsOfTheEnterpriseThatAreNoneAreRefused() {
        var ca = deployment.enterprise;
        var now = Instant.now();
        refused(ca.issue(ledger().valid(now.minusSeconds(7200), now.minusSeconds(1))), "ledger", "expired");
        refused(ca.issue(ledger().valid(now.plusSeconds(60), now.plusSeconds(7200))), "ledger", "not valid yet");
        refused(ca.issue(ledger().ca(0).purposes(KeyPurposeId.id_kp_clientAuth)), "ledger", "not for signatures");
        refused(ca.issue(ledger().purposes(KeyPurposeId.id_kp_serverAuth)), "ledger", "not for clients");
        refused(ca.issue(ledger().purposes()), "ledger", "not for clients");
        refused(TestAuthority.root("enterprise").client("ledger", "ledger.example"), "ledger", "certificate");
        refused(deployment.spire.client("ledger", "ledger.example"), "ledger", "does not chain");
        refused(ca.client("ledger", "reports.example"), "ledger", "another client");
        refused(ca.client("CN=ledger.example", "x.example"), "ledger", "another client");
        refused(ca.client("ledger", "*.example"), "ledger", "another client");
        token(ca.client("CN=reports", "x.example"), "reports");
        refused(ca.client("CN=reports,O=other", "x.example"), "reports", "another client");
        refused(ca.client("web", "web.example"), "nobody", "not one of a workload");
        var web = deployment.credentials(ca.client("web", "web.example"), "web");
        refused(web, "unauthorized_client", "no service");
        refused(deployment.credentials(null, "ledger"), "invalid_client", "client certificate");
        refused(deployment.credentials(null, null), "invalid_client", "client certificate");
        refused(deployment.credentials(ca.client("p", "p.example"), "payroll"), "invalid_client", "private_key_jwt");
    }

    private static Wanted ledger() {
        return new Wanted("ledger").dns("ledger.example");
    }

    @Test
    void aClientWithACertificateIsNeverAPublicClient() {
        var form = Map.of("client_id", "web", "token", "x");
        assertThat(deployment
                        .form(deployment.caller(null), deployment.mutual, "/oauth/revoke", form)
                        .statusCode())
                .isEqualTo(401);
        var caller = deployment.caller(deployment.enterprise.client("web", "web.example"));
        assertThat(deployment
                        .form(caller, deployment.mutual, "/oauth/revoke", form)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSelfSignedCertificateIsGoodForItsClientAlone() {
        token(deployment.own, "legacy");
        refused(TestAuthority.selfSigned(new Wanted("legacy")), "legacy", "not one of the client's");
        refused(deployment.own, "ledger", "does not chain");
        deployment.advance(Duration.ofDays(2));
        refused(deployment.own, "legacy", "not valid now");
    }

    @Test
    void theCertificateIsNeededForEachDecision() {
        var certificate = deployment.enterprise.client("a", "ledger.example");
        var renewed = deployment.enterprise.client("a", "ledger.example");
        var token = token(certificate, "ledger");
        assertThat(reason(vouched("ledger", token, null))).isEqualTo("proof_required");
        assertThat(reason(vouched("ledger", token, renewed.sha256()))).isEqualTo("invalid_proof");
        // Who may not vouch for certificates is not believed.
        assertThat(reason(deployment.decision(
                        MutualDeployment.PLAIN_KEY, "ledger", token, "Bearer", null, certificate.sha256())))
                .isEqualTo("proof_required");
        // A DPoP proof is another binding's.
        var key = MutualDeployment.newKey();
        var proof = deployment.proof(key, "POST", "https://ledger.example/entries", token, null);
        assertThat(reason(deployment.decision(
                        MutualDeployment.VOUCHING_KEY, "ledger", token, "DPoP", proof, certificate.sha256())))
                .isEqualTo("invalid_proof");
        assertThat(deployment.evidenceOf("session.signal")).hasSizeGreaterThanOrEqualTo(4);
        assertThat(reason(vouched("ledger", token, certificate.sha256()))).isEqualTo("permitted");
        // The renewed certificate opens a session of its own.
        assertThat(reason(vouched("ledger", token(renewed, "ledger"), renewed.sha256())))
                .isEqualTo("permitted");
        var hex = java.util.HexFormat.of()
                .formatHex(java.util.Base64.getUrlDecoder().decode(certificate.sha256()));
        assertThat(reason(vouched("ledger", token, hex))).isEqualTo("permitted");
        assertThat(vouched("ledger", token, "nonsense").path("pointer").asString(""))
                .isEqualTo("/context/client/certificate_sha256");
    }

    @Test
    void theSessionEndsWithTheCertificateAndWithItsOwnLimit() {
        var now = Instant.now();
        var brief = deployment.enterprise.issue(ledger().valid(now.minusSeconds(60), now.plusSeconds(600)));
        var token = token(brief, "ledger");
        deployment.advance(Duration.ofSeconds(200));
        assertThat(reason(vouched("ledger", token, brief.sha256()))).isEqualTo("permitted");
        var last = token(brief, "ledger");
        deployment.advance(Duration.ofSeconds(290));
        var late = json(deployment.credentials(brief, "ledger"));
        assertThat(late.get("expires_in").longValue()).isLessThanOrEqualTo(110);
        deployment.advance(Duration.ofMinutes(2));
        assertThat(reason(vouched("ledger", last, brief.sha256()))).isIn("invalid_session", "session_ended");
    }

    @Test
    void aCertificateAndADpopKeyAreNotMixed() {
        var certificate = deployment.enterprise.client("a", "ledger.example");
        var proof = deployment.proof(MutualDeployment.newKey(), "POST", deployment.plain + "/oauth/token", null, null);
        refused(deployment.credentials(certificate, "ledger", "DPoP", proof), "invalid_request", "not to both");
    }

    @Test
    void aWorkloadEndsItsOwnSessionAndNobodyElsesDoes() {
        var svid = deployment.spire.svid(PAYROLL);
        var token = token(svid, null);
        var form = Map.of("client_id", PAYROLL, "token", token);
        var other = deployment.caller(deployment.spire.svid("spiffe://prod.example/other"));
        assertThat(deployment
                        .form(other, deployment.mutual, "/oauth/revoke", form)
                        .statusCode())
                .isEqualTo(401);
        assertThat(reason(vouched(PAYROLL, token, svid.sha256()))).isEqualTo("permitted");
        assertThat(deployment
                        .form(deployment.caller(svid), deployment.mutual, "/oauth/revoke", form)
                        .statusCode())
                .isEqualTo(200);
        assertThat(reason(vouched(PAYROLL, token, svid.sha256()))).isEqualTo("session_ended");
    }

    @Test
    void aTokenIsUsedAtOurOwnEndpointsOverItsOwnConnection() {
        var svid = deployment.spire.svid(PAYROLL);
        var token = token(svid, null);
        var other = deployment.spire.svid("spiffe://prod.example/other");
        // Known, and not permitted to read policies; without its certificate not even known.
        assertThat(live(svid, token)).isEqualTo(403);
        assertThat(live(other, token)).isEqualTo(401);
        assertThat(live(null, token)).isEqualTo(401);
        assertThat(live(svid, token, "Client-Cert", ":AAAA:")).isEqualTo(401);
    }

    private int live(@Nullable Issued certificate, String token, String... headers) {
        var request = HttpRequest.newBuilder(deployment.mutual.resolve("/policies/live"))
                .header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return MutualDeployment.send(deployment.caller(certificate), request.build())
                .statusCode();
    }

    @Test
    void aChainThatIsTooLongEndsTheHandshake() {
        var ca = deployment.spire;
        for (var i = 0; i < 6; i++) {
            ca = ca.intermediate("ca" + i);
        }
        refused(ca.svid(PAYROLL), null, "further than");
        var longer = ca.intermediate("seventh").intermediate("eighth").svid(PAYROLL);
        assertThatThrownBy(() -> deployment.credentials(longer, null)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void browsersAreNotAskedForACertificate() {
        var caller = deployment.caller(deployment.spire.svid(PAYROLL));
        refused(deployment.credentials(caller, deployment.plain, null), "invalid_client", "client certificate");
        var page = MutualDeployment.send(
                deployment.caller(null),
                HttpRequest.newBuilder(deployment.mutual.resolve("/health/live"))
                        .build());
        assertThat(page.statusCode()).isEqualTo(200);
    }

    @Test
    void metadataTellWhereCertificatesAreAskedFor() {
        var metadata = json(MutualDeployment.send(
                deployment.caller(null),
                HttpRequest.newBuilder(deployment.plain.resolve("/.well-known/oauth-authorization-server"))
                        .build()));
        assertThat(metadata.get("tls_client_certificate_bound_access_tokens").booleanValue())
                .isTrue();
        assertThat(metadata.get("mtls_endpoint_aliases").get("token_endpoint").stringValue())
                .isEqualTo(deployment.mutual + "/oauth/token");
        assertThat(metadata.get("token_endpoint_auth_methods_supported").toString())
                .contains("private_key_jwt", "\"tls_client_auth\"", "self_signed_tls_client_auth");
    }
}
