package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Enforcement points that may speak for a subject without its session, where policy lets them. */
final class AssertingTest {
    @Test
    void onlyWhoIsConfiguredToMaySpeakForOthersAndPolicySeesNoSession() throws Exception {
        var policies = TestDatabases.folder();
        Files.writeString(policies.resolve("core.cedar"), """
                @id("core-reads")
                permit (principal, action == Action::"read-account", resource)
                when { context.enforcement_point == "core" && !(context has session) };
                """);
        TestDeployment.copyBankSchema(policies);
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies)) {
            var question = Evaluation.of("User", "alice", "read-account", "Account", Payments.ACCOUNT)
                    .build();
            var core = deployment.client(TestDeployment.CORE_KEY);
            assertThat(core.evaluate(question).permitted()).isTrue();
            assertThat(DecisionTest.code(deployment.bank().evaluate(question))).isEqualTo("invalid_session");
            var nobody = Evaluation.of("Ghost", "alice", "read-account", "Account", Payments.ACCOUNT)
                    .build();
            assertThat(DecisionTest.code(core.evaluate(nobody))).isEqualTo("invalid_session");
            // A session that was presented counts, also from who may speak without one.
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(DecisionTest.code(alice.ask(core, Payments.read("alice"))))
                    .isEqualTo("no_permit");
        }
    }
}
