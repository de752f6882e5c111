package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.SignalSettings.Receiver;
import dev.countersign.SignalSettings.SessionNames;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Our transmitter, as a receiver meets it over HTTP (SSF 1.0 §7, §8; RFC 8936). */
@ParameterizedClass
@EnumSource(Engine.class)
final class TransmittedSignalsTest {
    private static final String CAEP = TestTransmitter.CAEP;
    private static final String VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";

    private final TestDeployment deployment;
    private final HttpClient http = HttpClient.newHttpClient();

    TransmittedSignalsTest(Engine engine) {
        deployment = new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(TestDeployment.BANK_POLICIES),
                TestDeployment.provider(),
                (issuer, settings) -> settings.with(new SignalSettings(
                        List.of(), List.of(new Receiver("core", "siem", SessionNames.OURS)), List.of())));
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private HttpResponse<String> call(String method, String path, String key, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(deployment.issuer + path))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode ok(int status, String method, String path, String body) {
        var answer = call(method, path, TestDeployment.CORE_KEY, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body().isEmpty() ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(answer.body());
    }

    private String pollStream() {
        return ok(201, "POST", "/signals/streams", """
                        {"events_requested":["%1$ssession-revoked","%1$srisk-level-change","%1$sassurance-level-change",
                        "urn:unknown"],"description":"all of it"}""".formatted(CAEP))
                .path("stream_id")
                .asString("");
    }

    private List<JsonNode> poll(String stream, String more) throws Exception {
        var sets = ok(200, "POST", "/signals/poll/" + stream, "{\"returnImmediately\":true" + more + "}")
                .path("sets");
        var keys = JWKSet.load(
                URI.create(deployment.issuer + "/.well-known/jwks.json").toURL());
        var claims = new ArrayList<JsonNode>();
        for (var set : sets.properties()) {
            var jwt = SignedJWT.parse(set.getValue().asString(""));
            assertThat(jwt.getHeader().getType().getType()).isEqualTo("secevent+jwt");
            assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
            assertThat(jwt.verify(new RSASSAVerifier(
                            keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey())))
                    .isTrue();
            var read = Json.MAPPER.readTree(jwt.getJWTClaimsSet().toString());
            assertThat(read.path("jti").asString("")).isEqualTo(set.getKey());
            assertThat(read.has("exp")).isFalse();
            assertThat(read.has("sub")).isFalse();
            claims.add(read);
        }
        return claims;
    }

    private static String event(JsonNode claims) {
        return claims.path("events").propertyNames().iterator().next();
    }

    @Test
    void theConfigurationSaysWhereEverythingIs() {
        var about = Json.MAPPER.readTree(
                call("GET", "/.well-known/ssf-configuration", "", "").body());
        assertThat(about.path("issuer").asString("")).isEqualTo(deployment.issuer.toString());
        assertThat(about.path("spec_version").asString("")).isEqualTo("1_0");
        assertThat(about.path("default_subjects").asString("")).isEqualTo("ALL");
        assertThat(about.path("delivery_methods_supported")).hasSize(2);
    }

    @Test
    void aStreamIsCreatedReadChangedReplacedAndDeleted() {
        var stream = pollStream();
        var read = ok(200, "GET", "/signals/streams?stream_id=" + stream, "");
        assertThat(read.path("iss").asString("")).isEqualTo(deployment.issuer.toString());
        assertThat(read.path("aud").asString("")).isEqualTo("siem");
        assertThat(read.path("events_requested")).hasSize(4);
        assertThat(read.path("events_delivered")).hasSize(3);
        assertThat(read.path("delivery").path("endpoint_url").asString("")).endsWith("/signals/poll/" + stream);
        assertThat(ok(200, "GET", "/signals/streams", "")).hasSize(1);

        var patched = ok(200, "PATCH", "/signals/streams", """
                {"stream_id":"%s","aud":"siem","delivery":{"method":"urn:ietf:rfc:8935",
                "endpoint_url":"https://siem.example/events","authorization_header":"Bearer secret"}}""".formatted(stream));
        assertThat(patched.path("delivery").path("endpoint_url").asString("")).isEqualTo("https://siem.example/events");
        assertThat(patched.toString()).doesNotContain("secret");
        assertThat(patched.path("events_delivered")).hasSize(3);
        assertThat(call("PATCH", "/signals/streams", TestDeployment.CORE_KEY, """
                {"stream_id":"%s","aud":"else"}""".formatted(stream))
                        .statusCode())
                .isEqualTo(400);
        var replaced = ok(200, "PUT", "/signals/streams", "{\"stream_id\":\"" + stream + "\"}");
        assertThat(replaced.path("events_delivered")).isEmpty();
        assertThat(replaced.has("description")).isFalse();

        ok(204, "DELETE", "/signals/streams?stream_id=" + stream, "");
        assertThat(call("GET", "/signals/streams?stream_id=" + stream, TestDeployment.CORE_KEY, "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(deployment.evidence()).noneMatch(entry -> entry.contains("secret"));
    }

    @Test
    void onlyReceiversHaveStreamsAndOnlyTheirOwn() {
        var stream = pollStream();
        assertThat(call("GET", "/signals/streams", "", "").statusCode()).isEqualTo(401);
        assertThat(call("GET", "/signals/streams", TestDeployment.BANK_KEY, "").statusCode())
                .isEqualTo(403);
        assertThat(call("POST", "/signals/poll/" + stream, TestDeployment.BANK_KEY, "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(call("POST", "/signals/poll/st_unknown", TestDeployment.CORE_KEY, "{}")
                        .statusCode())
                .isEqualTo(404);
        for (var body : List.of(
                "[]",
                "{\"delivery\":{\"method\":\"urn:else\"}}",
                "{\"delivery\":{\"method\":\"urn:ietf:rfc:8935\"}}",
                "{\"delivery\":{\"method\":\"urn:ietf:rfc:8935\",\"endpoint_url\":\"file:///etc/passwd\"}}",
                "{\"events_requested\":\"all\"}")) {
            assertThat(call("POST", "/signals/streams", TestDeployment.CORE_KEY, body)
                            .statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        for (var i = 1; i < 10; i++) {
            pollStream();
        }
        assertThat(call("POST", "/signals/streams", TestDeployment.CORE_KEY, "{}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void changesAreToldInOrderUntilTheyAreAcknowledgedAlsoAfterARestart() throws Exception {
        var stream = pollStream();
        var alice = deployment
                .person("alice", "treasury")
                .loggedIn()
                .withAuthenticator()
                .raised();
        alice.post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        deployment.restart();
        var told = poll(stream, "");
        assertThat(told.stream().map(TransmittedSignalsTest::event))
                .containsExactly(CAEP + "assurance-level-change", CAEP + "session-revoked");
        var revoked = told.getLast();
        assertThat(revoked.path("aud").asString("")).isEqualTo("siem");
        var subject = revoked.path("sub_id");
        assertThat(subject.path("format").asString("")).isEqualTo("complex");
        assertThat(subject.path("user").path("iss").asString("")).isEqualTo(deployment.providerIssuer());
        assertThat(subject.path("user").path("sub").asString("")).isEqualTo("alice");
        assertThat(subject.path("session").path("id").asString("")).startsWith("se_");
        var event = revoked.path("events").path(CAEP + "session-revoked");
        assertThat(event.path("reason_admin").path("en").asString("")).isEqualTo("logout");
        assertThat(event.path("event_timestamp").isIntegralNumber()).isTrue();
        assertThat(poll(stream, "")).as("not acknowledged").isEqualTo(told);

        var first = told.getFirst().path("jti").asString("");
        var second = told.getLast().path("jti").asString("");
        assertThat(poll(
                        stream,
                        ",\"ack\":[\"" + first + "\"],\"setErrs\":{\"" + second
                                + "\":{\"err\":\"access_denied\",\"description\":\"no\"}}"))
                .isEmpty();
        assertThat(deployment.evidenceOf("signal.sent")).hasSize(1);
        assertThat(deployment.evidenceOf("signal.undeliverable")).hasSize(1);
    }

    @Test
    void anAuthenticatorThatIsAddedIsTold() throws Exception {
        var stream = ok(201, "POST", "/signals/streams", """
                        {"events_requested":["%scredential-change"]}""".formatted(CAEP))
                .path("stream_id")
                .asString("");
        deployment.person("alice").loggedIn().withAuthenticator();
        var told = poll(stream, "").getFirst();
        assertThat(told.path("sub_id").path("sub").asString("")).isEqualTo("alice");
        var event = told.path("events").path(CAEP + "credential-change");
        assertThat(event.path("change_type").asString("")).isEqualTo("create");
        assertThat(event.path("credential_type").asString("")).isEqualTo("fido2-roaming");
    }

    @Test
    void aPollWaitsForNews() throws Exception {
        var stream = pollStream();
        var alice = deployment.person("alice", "treasury").loggedIn();
        var waiting = CompletableFuture.supplyAsync(
                () -> ok(200, "POST", "/signals/poll/" + stream, "{}").path("sets"));
        Thread.sleep(300);
        assertThat(waiting).isNotDone();
        alice.post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(waiting.get(5, TimeUnit.SECONDS)).hasSize(1);
    }

    @Test
    void aVerificationEchoesTheStateAndIsNotAskedForTooOften() throws Exception {
        var stream = pollStream();
        var body = "{\"stream_id\":\"" + stream + "\",\"state\":\"abc\"}";
        ok(204, "POST", "/signals/verify", body);
        assertThat(call("POST", "/signals/verify", TestDeployment.CORE_KEY, body)
                        .statusCode())
                .isEqualTo(429);
        var verification = poll(stream, "").getFirst();
        assertThat(verification.path("events").path(VERIFICATION).path("state").asString(""))
                .isEqualTo("abc");
        assertThat(verification.path("sub_id").path("format").asString("")).isEqualTo("opaque");
        assertThat(verification.path("sub_id").path("id").asString("")).isEqualTo(stream);
    }

    @Test
    void aPausedStreamHoldsAndADisabledOneDoesNot() throws Exception {
        var stream = pollStream();
        status(stream, "paused");
        deployment.person("alice").loggedIn().post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(poll(stream, "")).isEmpty();
        status(stream, "disabled");
        deployment.person("alice").loggedIn().post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        status(stream, "enabled");
        assertThat(poll(stream, "")).hasSize(1);
    }

    private void status(String stream, String status) {
        var now =
                ok(200, "POST", "/signals/status", "{\"stream_id\":\"" + stream + "\",\"status\":\"" + status + "\"}");
        assertThat(now.path("status").asString("")).isEqualTo(status);
        assertThat(ok(200, "GET", "/signals/status?stream_id=" + stream, "")
                        .path("status")
                        .asString(""))
                .isEqualTo(status);
    }

    @Test
    void aRemovedSubjectIsNotTold() throws Exception {
        var stream = pollStream();
        var alice = Json.MAPPER.writeValueAsString(
                Map.of("stream_id", stream, "subject", TestTransmitter.issSub(deployment.providerIssuer(), "alice")));
        ok(204, "POST", "/signals/subjects:remove", alice);
        deployment.person("alice").loggedIn().post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        deployment.person("bob").loggedIn().post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(poll(stream, "")).hasSize(1);
        ok(200, "POST", "/signals/subjects:add", alice);
        deployment.person("alice").loggedIn().post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(poll(stream, "")).hasSize(2);
    }

    @Test
    void aFullOutboxDisablesTheStreamAndHoldsUpNoSession() throws Exception {
        var stream = pollStream();
        deployment.restart(
                () -> deployment.tamper("update signal_target set pending = 10000 where id = '" + stream + "'"));
        var answer = deployment
                .person("alice")
                .loggedIn()
                .post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).isEqualTo(200);
        var status = ok(200, "GET", "/signals/status?stream_id=" + stream, "");
        assertThat(status.path("status").asString("")).isEqualTo("disabled");
        assertThat(status.path("reason").asString("")).isNotEmpty();
        assertThat(deployment.evidenceOf("signal.stream").getLast()).contains("\"status\":\"disabled\"");
        status(stream, "enabled");
        assertThat(event(poll(stream, "").getLast())).endsWith("/stream-updated");
    }

    @Test
    void aPrivateAddressIsNotDeliveredTo() throws Exception {
        var stream = ok(201, "POST", "/signals/streams", """
                        {"events_requested":["%ssession-revoked"],"delivery":{"method":"urn:ietf:rfc:8935",
                        "endpoint_url":"https://127.0.0.1:1/events"}}""".formatted(CAEP))
                .path("stream_id")
                .asString("");
        deployment.person("alice").loggedIn().post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
        for (var i = 0; i < 500 && deployment.evidenceOf("signal.delayed").isEmpty(); i++) {
            Thread.sleep(20);
        }
        assertThat(deployment.evidenceOf("signal.delayed")).hasSize(1).allMatch(entry -> entry.contains("not public"));
        assertThat(deployment.query(
                        "select cast(pending as varchar(9)) from signal_target where id = '" + stream + "'"))
                .containsExactly("1");
    }

    @Test
    void theReceiverMustBeAnEnforcementPointThatIsKnown() {
        assertThat(Set.of(401, 403))
                .contains(call("POST", "/signals/streams", "nobody's key", "{}").statusCode());
    }
}
