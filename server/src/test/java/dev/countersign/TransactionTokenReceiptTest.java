package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.client.Decision;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A transaction token that says which transaction was permitted. */
@ParameterizedClass
@EnumSource(Engine.class)
final class TransactionTokenReceiptTest {
    private final TestDeployment deployment;
    private final TestPerson alice;

    TransactionTokenReceiptTest(Engine engine) {
        deployment = new TestDeployment(engine);
        alice = deployment.person("alice").loggedIn().atTheBank();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String assertion() {
        try {
            var jwt = new SignedJWT(
                    new JWSHeader(JWSAlgorithm.ES256),
                    new JWTClaimsSet.Builder()
                            .issuer("edge")
                            .subject("edge")
                            .audience(deployment.issuer.toString())
                            .expirationTime(Date.from(deployment.clock.instant().plusSeconds(60)))
                            .jwtID(UUID.randomUUID().toString())
                            .build());
            jwt.sign(new ECDSASigner(deployment.edgeKey));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> ask(TestPerson person, String receipt) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("requested_token_type", "urn:ietf:params:oauth:token-type:txn_token");
        form.put("client_id", "edge");
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.put("client_assertion", assertion());
        form.put("audience", "localhost");
        form.put("scope", "payments.write");
        form.put("subject_token", person.token());
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        form.put("receipt", receipt);
        var body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + TestPerson.encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return person.send(
                HttpRequest.newBuilder(URI.create(deployment.issuer + "/oauth/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)),
                false);
    }

    @Test
    void theReceiptsTransactionIsTheTokensContext() {
        var permit = (Decision.Permit) alice.ask(transfer("txn-1", "50.00"));
        var receipt = String.valueOf(permit.receipt());
        var answer = ask(alice, receipt);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var token = Json.MAPPER.readTree(answer.body()).get("access_token").stringValue();
        var claims = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
        var transaction = claims.get("tctx").get("transaction");
        assertThat(transaction.get("id").stringValue()).isEqualTo("txn-1");
        assertThat(transaction.get("enforcement_point").stringValue()).isEqualTo("bank");
        assertThat(transaction.get("evaluation_id").stringValue()).isEqualTo(permit.evaluationId());
        assertThat(transaction.get("hash").stringValue()).hasSize(64);

        var mallory = deployment.person("mallory").loggedIn().atTheBank();
        assertThat(ask(mallory, receipt).statusCode()).as("somebody else's").isEqualTo(400);
        assertThat(ask(alice, receipt + "x").statusCode()).as("forged").isEqualTo(400);
        assertThat(ask(alice, alice.token()).statusCode()).as("another kind").isEqualTo(400);
        deployment.advance(Duration.ofSeconds(61));
        assertThat(ask(alice, receipt).statusCode()).as("expired").isEqualTo(400);
    }
}
