package dev.countersign;

import static dev.countersign.Places.LINKOEPING;
import static dev.countersign.Places.MILTON;
import static dev.countersign.Places.TELEKOM;
import static dev.countersign.Places.TOR;
import static dev.countersign.Places.holds;
import static dev.countersign.Places.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Risk from address to decision, over HTTP, with the bank's own policies. */
final class RiskTest {
    private static TestDeployment bank(Engine engine) {
        return bank(engine, TestDeployment.BANK_POLICIES);
    }

    private static TestDeployment bank(Engine engine, Path policies) {
        var settings = Places.settings(engine);
        var trusting = settings.surroundings().trusting(List.of("127.0.0.0/8", "::1"));
        return new TestDeployment(settings.with(trusting), policies);
    }

    private static void stepUp(TestPerson person, TestDeployment deployment, String address) {
        var session = Json.MAPPER
                .readTree(java.util.Base64.getUrlDecoder().decode(person.token().split("\\.", -1)[1]))
                .get("sid")
                .stringValue();
        var options = person.post("/step-up/options", "{\"session\":\"" + session + "\"}");
        var response = person.authenticator.authenticate(options.body(), deployment.issuer.toString());
        var done = person.post(
                "/step-up",
                "{\"session\":\"" + session + "\",\"response\":" + response + "}",
                "X-Forwarded-For",
                "198.51.100.99, " + address);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aSessionThatJumpsOverAnOceanNeedsAStepUpFromThere(Engine engine) {
        try (var deployment = bank(engine)) {
            var alice =
                    deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
            assertThat(transfer(alice, LINKOEPING, "tx-1", "50.00")).isEqualTo("permitted");
            deployment.advance(Duration.ofMinutes(3));
            assertThat(transfer(alice, MILTON, "tx-2", "50.00")).isEqualTo("step_up_required");

            stepUp(alice, deployment, LINKOEPING); // the owner, at home, for a reason of their own
            deployment.advance(Duration.ofSeconds(15));
            assertThat(transfer(alice, MILTON, "tx-2", "50.00")).isEqualTo("step_up_required");

            stepUp(alice, deployment, MILTON);
            deployment.advance(Duration.ofSeconds(15));
            assertThat(transfer(alice, MILTON, "tx-2", "50.00")).isEqualTo("permitted");
            assertThat(deployment.evidenceOf("risk.changed").getFirst())
                    .contains("\"level\":\"high\"", "impossible_travel", "new_country", "T1078");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void twoWhoShareASessionMoveNoMoney(Engine engine) {
        try (var deployment = bank(engine)) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            transfer(alice, LINKOEPING, "tx-1", "50.00");
            transfer(alice, MILTON, "tx-2", "50.00");
            transfer(alice, LINKOEPING, "tx-3", "50.00");
            assertThat(transfer(alice, MILTON, "tx-4", "50.00")).isEqualTo("forbidden");
            var again = deployment.person("alice").loggedIn().atTheBank();
            assertThat(transfer(again, LINKOEPING, "tx-5", "50.00")).isEqualTo("permitted");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Engine.class, names = "SQLITE")
    void whoMovesSlowlyIsNotAskedForMore(Engine engine) {
        try (var deployment = bank(engine)) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(transfer(alice, LINKOEPING, "tx-1", "50.00")).isEqualTo("permitted");
            deployment.advance(Duration.ofMinutes(20));
            alice.atTheBank();
            assertThat(transfer(alice, TELEKOM, "tx-2", "50.00")).isEqualTo("permitted");
            deployment.advance(Duration.ofMinutes(20));
            alice.atTheBank();
            assertThat(transfer(alice, LINKOEPING, "tx-3", "50.00")).isEqualTo("permitted");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Engine.class, names = "SQLITE")
    void policiesSeeScoreLevelAndReasons(Engine engine) {
        var conditions = Map.of(
                "calm",
                "context has risk && context.risk.score == 0 && context.risk.level == \"low\"",
                "hidden",
                "context has risk && context.risk.reasons.contains(\"anonymous_network\") && context.risk.score >= 35",
                "fresh-proof",
                "context has session && context.session has proof_age && context.session.proof_age < 5",
                "idle",
                "context has session && context.session has idle && context.session.idle >= 600",
                "busy",
                "context has session && context.session has idle && context.session.idle < 5");
        try (var deployment = bank(engine, Places.policies(conditions))) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(holds(alice, LINKOEPING, "calm")).isTrue();
            assertThat(holds(alice, LINKOEPING, "busy")).isTrue();
            assertThat(holds(alice, LINKOEPING, "fresh-proof")).isTrue();
            assertThat(holds(alice, TOR, "hidden")).isTrue();
            deployment.advance(Duration.ofMinutes(11));
            alice.atTheBank();
            assertThat(holds(alice, LINKOEPING, "idle")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Engine.class, names = "SQLITE")
    void theLastPlaceIsKnownAfterARestart(Engine engine) throws Exception {
        var conditions = Map.of("jumped", "context has risk && context.risk.reasons.contains(\"impossible_travel\")");
        try (var deployment = bank(engine, Places.policies(conditions))) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(holds(alice, LINKOEPING, "jumped")).isFalse();
            deployment.server.close();
            try (var again = Countersign.start(deployment.settings, deployment.clock)) {
                assertThat(again.issuer()).isEqualTo(deployment.issuer);
                assertThat(holds(alice, MILTON, "jumped")).isTrue();
            }
        }
    }
}
