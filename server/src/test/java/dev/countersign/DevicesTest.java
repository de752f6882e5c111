package dev.countersign;

import static dev.countersign.Places.holds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Devices as a device manager reports them, and what policies see of them, over HTTP. */
@ParameterizedClass
@EnumSource(Engine.class)
final class DevicesTest {
    private static final String LAPTOP = "/devices/laptop-7/posture";

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestDeployment deployment;
    private final TestPerson alice;

    DevicesTest(Engine engine) {
        var conditions = Map.of(
                "good",
                "context has device && context.device.compliant == \"yes\" && context.device.managed == \"yes\"",
                "bad",
                "context has device && context.device.compliant == \"no\"",
                "unknown",
                "context has device && context.device.compliant == \"unknown\" && context.device.managed == \"unknown\""
                        + " && context.device.platform == \"unknown\"",
                "laptop",
                "context has device && context.device.id == \"laptop-7\" && context.device has report_age",
                "nameless",
                "context has device && context.device.id == \"unknown\" && !(context.device has report_age)");
        deployment = new TestDeployment(Places.settings(engine), Places.policies(conditions));
        alice = deployment.person("alice").loggedIn().atTheBank();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private String posture(Duration ago, boolean compliant, String more) {
        return "{\"reported_at\":\"" + deployment.clock.instant().minus(ago) + "\",\"managed\":true,\"compliant\":"
                + compliant + ",\"platform\":\"macos\"" + more + "}";
    }

    private String keys(TestPerson person) {
        return ",\"keys\":[\"" + person.key.thumbprint() + "\"]";
    }

    private HttpResponse<String> send(String method, String path, String body, String key) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(deployment.issuer + path))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> put(String path, String body) {
        return send("PUT", path, body, TestDeployment.DEVICES_KEY);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.MAPPER.readTree(response.body());
    }

    private static void settle() throws InterruptedException {
        Thread.sleep(1_100); // on PostgreSQL another node's, and so our own cached, "no device" may stand for a second
    }

    @Test
    void aReportedDeviceIsWhatItsKeyProves() throws Exception {
        assertThat(holds(alice, null, "nameless")).isTrue();
        assertThat(holds(alice, null, "unknown")).isTrue();
        var answer = put(LAPTOP, posture(Duration.ZERO, true, keys(alice) + ",\"owner\":\"alice\""));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("reported_by").stringValue()).isEqualTo("mdm");
        settle();
        assertThat(holds(alice, null, "good")).isTrue();
        assertThat(holds(alice, null, "laptop")).isTrue();
        assertThat(put(LAPTOP, posture(Duration.ZERO, false, keys(alice))).statusCode())
                .isEqualTo(200);
        settle();
        assertThat(holds(alice, null, "bad")).isTrue();
        assertThat(holds(deployment.person("alice").loggedIn().atTheBank(), null, "nameless"))
                .as("the owner at another machine")
                .isTrue();
        assertThat(deployment.evidenceOf("device.changed")).hasSize(2);
    }

    @Test
    void aStalePostureIsUnknownNeverGood() {
        var nearlyStale = SurroundingsSettings.POSTURE_MAX_AGE.minusMinutes(1);
        assertThat(put(LAPTOP, posture(nearlyStale, true, keys(alice))).statusCode())
                .isEqualTo(200);
        assertThat(holds(alice, null, "good")).isTrue();
        deployment.advance(Duration.ofMinutes(2));
        assertThat(holds(alice, null, "good")).isFalse();
        assertThat(holds(alice, null, "unknown")).isTrue();
        assertThat(holds(alice, null, "laptop")).isTrue();
    }

    @Test
    void anOlderReportChangesNothing() {
        put(LAPTOP, posture(Duration.ZERO, false, keys(alice)));
        var older = put(LAPTOP, posture(Duration.ofMinutes(1), true, keys(alice)));
        assertThat(older.statusCode()).isEqualTo(409);
        assertThat(json(older).get("type").stringValue()).endsWith("outdated-report");
        assertThat(holds(alice, null, "bad")).isTrue();
    }

    @Test
    void aDeviceOfSomebodyElseVouchesForNobody() {
        put(LAPTOP, posture(Duration.ZERO, true, keys(alice) + ",\"owner\":\"bob\""));
        assertThat(holds(alice, null, "good")).isFalse();
        assertThat(holds(alice, null, "unknown")).isTrue();
    }

    @Test
    void aKeyLivesInOneDevice() {
        put(LAPTOP, posture(Duration.ZERO, false, keys(alice)));
        var second = put("/devices/other/posture", posture(Duration.ZERO, true, keys(alice)));
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(json(second).get("type").stringValue()).endsWith("key-of-another-device");
        assertThat(send("GET", "/devices/other/posture", "", TestDeployment.DEVICES_KEY)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aRemovedDeviceIsUnknown() throws Exception {
        put(LAPTOP, posture(Duration.ZERO, true, keys(alice)));
        assertThat(holds(alice, null, "good")).isTrue();
        assertThat(send("DELETE", LAPTOP, "", TestDeployment.DEVICES_KEY).statusCode())
                .isEqualTo(204);
        settle();
        assertThat(holds(alice, null, "nameless")).isTrue();
        assertThat(send("DELETE", LAPTOP, "", TestDeployment.DEVICES_KEY).statusCode())
                .isEqualTo(404);
        assertThat(deployment.evidenceOf("device.removed")).hasSize(1);
    }

    @Test
    void onlyWhoMayReportsAndReads() {
        var body = posture(Duration.ZERO, true, "");
        for (var method : new String[] {"PUT", "GET", "DELETE"}) {
            assertThat(send(method, LAPTOP, body, TestDeployment.BANK_KEY).statusCode())
                    .as(method)
                    .isEqualTo(403);
            assertThat(send(method, LAPTOP, body, "nobody's key").statusCode())
                    .as(method)
                    .isEqualTo(401);
        }
        assertThat(deployment.evidenceOf("device.changed")).isEmpty();
    }

    @Test
    void whatIsWrongWithAReportIsNamed() {
        refused("{}", "/reported_at");
        refused(posture(Duration.ofMinutes(-2), true, ""), "/reported_at");
        refused(posture(Duration.ZERO, true, ",\"colour\":\"red\""), "/colour");
        refused(posture(Duration.ZERO, true, ",\"owner\":\"" + "x".repeat(256) + "\""), "/owner");
        refused(posture(Duration.ZERO, true, ",\"keys\":[\"short\"]"), "/keys/0");
        refused(posture(Duration.ZERO, true, ",\"keys\":{}"), "/keys");
        var key = "\"" + alice.key.thumbprint() + "\"";
        refused(posture(Duration.ZERO, true, ",\"keys\":[" + key + "," + key + "]"), "/keys/1");
        refused(posture(Duration.ZERO, true, ",\"keys\":[" + (key + ",").repeat(32) + key + "]"), "/keys");
        var now = "\"reported_at\":\"" + Instant.now() + "\"";
        refused("{" + now + ",\"managed\":\"yes\",\"compliant\":true,\"platform\":\"ios\"}", "/managed");
        refused("{" + now + ",\"managed\":true,\"platform\":\"ios\"}", "/compliant");
        refused(
                "{" + now + ",\"managed\":true,\"compliant\":true,\"platform\":\"" + "x".repeat(65) + "\"}",
                "/platform");
        assertThat(put("/devices/" + "x".repeat(256) + "/posture", posture(Duration.ZERO, true, ""))
                        .statusCode())
                .isEqualTo(400);
    }

    private void refused(String body, String pointer) {
        var answer = put(LAPTOP, body);
        assertThat(answer.statusCode()).as(body).isEqualTo(400);
        assertThat(json(answer).get("pointer").stringValue()).as(body).isEqualTo(pointer);
    }
}
