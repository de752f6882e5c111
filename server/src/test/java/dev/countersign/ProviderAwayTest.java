package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.store.Database.Engine;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Without the identity provider nobody new gets in, and whoever is in goes on. */
final class ProviderAwayTest {
    @Test
    void aLoginThatTheProviderDoesNotFinishIsRefusedAndExistingSessionsGoOn() {
        try (var deployment = new TestDeployment(Engine.SQLITE)) {
            var alice =
                    deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
            var bob = deployment.person("bob");
            var callback = bob.atProvider("/approvals");
            deployment.provider.shutdown();
            var before = deployment.evidenceOf("session.started");

            var answer = bob.get(callback.toString());
            assertThat(answer.statusCode()).isIn(502, 503);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            assertThat(answer.body()).contains("You are not logged in", "identity provider", "Try again");
            assertThat(bob.get("/approvals").statusCode()).isEqualTo(303);
            assertThat(deployment.evidenceOf("session.started")).isEqualTo(before);

            alice.stepUp();
            assertThat(alice.ask(Payments.transfer("tx-1", "2500.00")).permitted())
                    .isTrue();
            assertThat(alice.get("/approvals").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aServerThatNeverSawItsProviderSaysSo() {
        try (var deployment = new TestDeployment(Engine.SQLITE)) {
            var idToken = deployment
                    .provider
                    .issueToken("demo", "bob", "bank", Map.of())
                    .serialize();
            deployment.provider.shutdown();
            var before = deployment.query("select cast(count(*) as varchar(9)) from session");
            var bob = deployment.person("bob");
            var login = bob.get("/login?return_to=%2Fapprovals");
            assertThat(login.statusCode()).isEqualTo(503);
            assertThat(login.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            assertThat(login.body()).contains("You are not logged in").contains("identity provider cannot be reached");

            var form = "grant_type=" + TestPerson.encode("urn:ietf:params:oauth:grant-type:token-exchange")
                    + "&client_id=bank&subject_token_type="
                    + TestPerson.encode("urn:ietf:params:oauth:token-type:id_token") + "&subject_token=" + idToken;
            var first = bob.exchange(form);
            var answer = first.body().contains("use_dpop_nonce") ? bob.exchange(form) : first;
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.body()).contains("temporarily_unavailable").contains("identity provider");
            assertThat(deployment.query("select cast(count(*) as varchar(9)) from session"))
                    .isEqualTo(before);
        }
    }
}
