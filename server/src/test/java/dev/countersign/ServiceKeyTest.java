package dev.countersign;

import static dev.countersign.MutualDeployment.json;
import static dev.countersign.MutualDeployment.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.store.Database.Engine;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Services that authenticate by {@code private_key_jwt} (RFC 7523) and prove a DPoP key. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ServiceKeyTest {
    private static final Duration BRIEF = Duration.ofMinutes(1);

    private final MutualDeployment deployment;
    private final ECKey key = MutualDeployment.newKey();

    ServiceKeyTest(Engine engine) {
        deployment = new MutualDeployment(engine);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String endpoint() {
        return deployment.plain + "/oauth/token";
    }

    private String assertion() {
        return deployment.assertion("payroll", endpoint(), BRIEF, deployment.serviceKey);
    }

    private HttpResponse<String> ask(String assertion, @Nullable String proof) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("client_assertion_type", ClientAssertions.TYPE);
        form.put("client_assertion", assertion);
        var caller = deployment.caller(null);
        return proof == null
                ? deployment.form(caller, deployment.plain, "/oauth/token", form)
                : deployment.form(caller, deployment.plain, "/oauth/token", form, "DPoP", proof);
    }

    private String nonce() {
        return deployment
                .form(deployment.caller(null), deployment.plain, "/oauth/token", Map.of("grant_type", "x"))
                .headers()
                .firstValue("DPoP-Nonce")
                .orElseThrow();
    }

    private String proof() {
        return deployment.proof(key, "POST", endpoint(), null, nonce());
    }

    private static void refused(HttpResponse<String> answer, String error) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 401);
        assertThat(json(answer).get("error").stringValue()).as(answer.body()).isEqualTo(error);
    }

    @Test
    void aServiceGetsASessionThatIsBoundToTheKeyOfItsProof() {
        var answer = ask(assertion(), proof());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("token_type").stringValue()).isEqualTo("DPoP");
        var token = json(answer).get("access_token").stringValue();
        var uri = "https://ledger.example/entries";
        var asked = deployment.decision(
                MutualDeployment.PLAIN_KEY,
                "payroll",
                token,
                "DPoP",
                deployment.proof(key, "POST", uri, token, nonce()),
                null);
        assertThat(asked.get("decision").booleanValue()).as("%s", asked).isTrue();
        var thief = MutualDeployment.newKey();
        var stolen = deployment.decision(
                MutualDeployment.PLAIN_KEY,
                "payroll",
                token,
                "DPoP",
                deployment.proof(thief, "POST", uri, token, nonce()),
                null);
        assertThat(reason(stolen)).isEqualTo("invalid_proof");
        var bare = deployment.decision(MutualDeployment.PLAIN_KEY, "payroll", token, "Bearer", null, null);
        assertThat(reason(bare)).isEqualTo("proof_required");
    }

    @Test
    void withoutAProofThereIsNoSession() {
        refused(ask(assertion(), null), "invalid_dpop_proof");
        refused(ask(assertion(), deployment.proof(key, "POST", endpoint(), null, null)), "use_dpop_nonce");
        refused(
                ask(assertion(), deployment.proof(key, "POST", deployment.plain + "/other", null, nonce())),
                "invalid_dpop_proof");
    }

    @Test
    void anAssertionIsGoodOnceForUsAndBriefly() {
        var once = assertion();
        assertThat(ask(once, proof()).statusCode()).isEqualTo(200);
        refused(ask(once, proof()), "invalid_client");
        var elsewhere = deployment.assertion("payroll", "https://other.example", BRIEF, deployment.serviceKey);
        refused(ask(elsewhere, proof()), "invalid_client");
        var mutual = deployment.assertion("payroll", deployment.mutual + "/oauth/token", BRIEF, deployment.serviceKey);
        refused(ask(mutual, proof()), "invalid_client");
        var lasting = deployment.assertion("payroll", endpoint(), Duration.ofHours(1), deployment.serviceKey);
        refused(ask(lasting, proof()), "invalid_client");
        refused(ask(deployment.assertion("payroll", endpoint(), BRIEF, key), proof()), "invalid_client");
        var expired = assertion();
        deployment.advance(Duration.ofMinutes(5));
        refused(ask(expired, proof()), "invalid_client");
    }

    @Test
    void aClientThatIsNoServiceAndAnotherOnesIdGetNothing() {
        refused(ask(deployment.assertion("portal", endpoint(), BRIEF, key), proof()), "invalid_client");
        refused(ask(deployment.assertion("ledger", endpoint(), BRIEF, key), proof()), "invalid_client");
        refused(ask("nonsense", proof()), "invalid_client");
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", "ledger");
        form.put("client_assertion_type", ClientAssertions.TYPE);
        form.put("client_assertion", assertion());
        refused(
                deployment.form(deployment.caller(null), deployment.plain, "/oauth/token", form, "DPoP", proof()),
                "invalid_client");
    }

    @Test
    void atThePortThatAsksForCertificatesAProofIsForItsAlias() {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("client_assertion_type", ClientAssertions.TYPE);
        form.put("client_assertion", assertion());
        var alias = deployment.proof(key, "POST", deployment.mutual + "/oauth/token", null, nonce());
        refused(ask(assertion(), alias), "invalid_dpop_proof");
        refused(
                deployment.form(deployment.caller(null), deployment.mutual, "/oauth/token", form, "DPoP", proof()),
                "invalid_dpop_proof");
        form.put("client_assertion", assertion());
        var again = deployment.proof(key, "POST", deployment.mutual + "/oauth/token", null, nonce());
        var answer = deployment.form(deployment.caller(null), deployment.mutual, "/oauth/token", form, "DPoP", again);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void theSessionEndsWithItsLimit() {
        var answer = ask(assertion(), proof());
        var token = json(answer).get("access_token").stringValue();
        deployment.advance(Duration.ofMinutes(31));
        var late = deployment.decision(MutualDeployment.PLAIN_KEY, "payroll", token, "DPoP", "x", null);
        assertThat(reason(late)).isEqualTo("invalid_session");
    }
}
