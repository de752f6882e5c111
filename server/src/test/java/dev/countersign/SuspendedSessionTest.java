package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** States that only time or an attack brings about, written into a database that lets a second connection write. */
final class SuspendedSessionTest {
    private final TestDeployment deployment = new TestDeployment(Engine.POSTGRESQL);
    private final TestPerson alice = deployment.person("alice").loggedIn().withAuthenticator();

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void aSuspendedSessionSeesOnlyItselfButMayStillSayThatItWasNotMe() {
        var other = deployment.person("alice").loggedIn();
        var id = current(other);
        deployment.tamper("update session set state = 'SUSPENDED', state_reason = 'a test' where id = '" + id + "'");
        var seen = Json.MAPPER
                .readTree(other.get("/sessions", "Accept", "application/json").body())
                .path("sessions");
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).path("state").asString()).isEqualTo("suspended");
        assertThat(other.get("/sessions").body()).contains("suspended", "a test", "/step-up");
        assertThat(other.get("/console/sessions").statusCode()).isEqualTo(403);
        assertThat(other.post("/sessions/not-me", "{}").statusCode()).isEqualTo(200);
        assertThat(alice.get("/sessions").statusCode()).isEqualTo(303);
    }

    @Test
    void aLoginFromBeforeDoesNotRegisterAnAuthenticatorAgain() {
        alice.post("/sessions/not-me", "{}");
        var id = deployment.query("select id from webauthn_credential").getFirst();
        var late = deployment.person("alice").loggedIn();
        deployment.tamper("update webauthn_credential set disowned_at = disowned_at + 60000");
        assertThat(late.post("/authenticators/again/options", "{\"id\":\"" + id + "\"}")
                        .body())
                .contains("fresh-login-required");
        assertThat(late.get("/authenticators").body()).contains("log in once more");
    }

    private static String current(TestPerson person) {
        for (var each : Json.MAPPER
                .readTree(person.get("/sessions", "Accept", "application/json").body())
                .path("sessions")) {
            if (each.path("current").asBoolean()) {
                return each.path("id").asString();
            }
        }
        throw new AssertionError("The session that looks is not among them");
    }
}
