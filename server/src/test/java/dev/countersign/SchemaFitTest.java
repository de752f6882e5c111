package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.Settings.Misfits;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Questions held to the schema of the policies, over HTTP; an asserting enforcement point asks, so that no session is needed. */
final class SchemaFitTest {
    private static final String SCHEMA = """
            entity Group;
            entity User in [Group] = { name: String };
            entity Server = { zone: String, tier?: Long };
            action restart appliesTo { principal: User, resource: Server, context: { network: { ip: ipaddr } } };
            action look appliesTo { principal: User, resource: Server, context: {} };
            action login appliesTo { principal: User, resource: Server, context: { session: { acr: String } } };
            """;

    @SuppressWarnings("NullAway.Init") // every test starts it
    private TestDeployment deployment;

    private void start(Misfits misfits, String policies) throws Exception {
        var folder = TestDatabases.folder();
        Files.writeString(folder.resolve("servers.cedarschema"), SCHEMA);
        Files.writeString(folder.resolve("servers.cedar"), policies);
        deployment = new TestDeployment(
                TestDatabases.settings(Engine.SQLITE),
                Settings.Policies.of(folder).requests(misfits));
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private static String question(String action, String properties, String context) {
        return """
                {"subject":{"type":"User","id":"alice"},"action":{"name":"%s"},
                 "resource":{"type":"Server","id":"s1","properties":%s},"context":%s}""".formatted(action, properties, context);
    }

    private JsonNode ask(String path, String body, int status) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(deployment.issuer.resolve(path))
                    .header("Authorization", "Bearer " + TestDeployment.CORE_KEY)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
            var answer = http.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return Json.MAPPER.readTree(answer.body());
        }
    }

    private JsonNode ask(String body, int status) throws Exception {
        return ask("/access/v1/evaluation", body, status);
    }

    @Test
    void aQuestionThatDoesNotFitIsRefusedWithEveryPlaceAndLeavesNoEvidence() throws Exception {
        start(Misfits.REFUSE, "permit (principal, action, resource);");
        var before = deployment.evidenceHead();
        var problem = ask(question("restart", "{\"tier\":1}", "{}"), 400);
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:countersign:problem:invalid-request");
        assertThat(problem.get("faults")).hasSize(2);
        assertThat(problem.get("faults").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("/context/client/ip", "/resource/properties/zone");
        assertThat(deployment.evidenceHead()).isEqualTo(before);
        var fits = question("restart", "{\"zone\":\"dmz\",\"tier\":1}", "{\"client\":{\"ip\":\"10.0.0.1\"}}");
        assertThat(ask(fits, 200).get("decision").booleanValue()).isTrue();
    }

    @Test
    void inABatchTheQuestionThatDoesNotFitIsDeniedAlone() throws Exception {
        start(Misfits.REFUSE, "permit (principal, action, resource);");
        var before = deployment.evidenceHead();
        var good = question("look", "{\"zone\":\"dmz\"}", "{}");
        var batch = "{\"evaluations\":[" + good + "," + question("lok", "{\"zone\":\"dmz\"}", "{}") + "]}";
        var answers = ask("/access/v1/evaluations", batch, 200).get("evaluations");
        assertThat(answers.get(0).get("decision").booleanValue()).isTrue();
        assertThat(answers.get(1).get("decision").booleanValue()).isFalse();
        var error = answers.get(1).at("/context/error");
        assertThat(error.get("pointer").stringValue()).isEqualTo("/evaluations/1/action/name");
        assertThat(error.get("message").stringValue()).contains("did you mean Action::\"look\"");
        assertThat(deployment.evidenceHead()).isEqualTo(before + 1);
    }

    @Test
    void byTheSettingItIsDecidedAndTheAnswerWarns() throws Exception {
        start(Misfits.WARN, "permit (principal, action, resource);");
        var answer = ask(question("look", "{\"zone\":7}", "{}"), 200);
        assertThat(answer.get("decision").booleanValue()).isTrue();
        var warning = answer.at("/context/warnings/0");
        assertThat(warning.get("pointer").stringValue()).isEqualTo("/resource/properties/zone");
        assertThat(warning.get("reason").stringValue()).isEqualTo("expected String, got long");
        assertThat(ask(question("look", "{\"zone\":\"dmz\"}", "{}"), 200).at("/context/warnings"))
                .isEmpty();
    }

    /** Validation took {@code context has now} for false where the schema does not declare it: so it must be. */
    @Test
    void whatTheSchemaDoesNotDeclareOfTheServersOwnFactsIsNotSeen() throws Exception {
        start(Misfits.REFUSE, """
                permit (principal, action, resource);
                forbid (principal, action == Action::"look", resource)
                when { context has now || context has session || principal has person };
                """);
        assertThat(ask(question("look", "{\"zone\":\"dmz\"}", "{}"), 200)
                        .get("decision")
                        .booleanValue())
                .isTrue();
    }

    /** A receipt for a transaction that no policy could look at would be worth nothing. */
    @Test
    void aTransactionThatTheActionDoesNotDeclareIsRefused() throws Exception {
        start(Misfits.REFUSE, "permit (principal, action, resource);");
        var transaction = Json.MAPPER.writeValueAsString(Payments.details("50.00"));
        var context = "{\"transaction\":{\"id\":\"tx-1\",\"type\":\"payment\",\"details\":" + transaction + "}}";
        var problem = ask(question("look", "{\"zone\":\"dmz\"}", context), 400);
        assertThat(problem.get("pointer").stringValue()).isEqualTo("/context/transaction");
    }

    @Test
    void aSessionThatTheSchemaWantsMustBeThere() throws Exception {
        start(Misfits.REFUSE, "permit (principal, action, resource);");
        var problem = ask(question("login", "{\"zone\":\"dmz\"}", "{}"), 400);
        assertThat(problem.get("pointer").stringValue()).isEqualTo("/context/session");
    }
}
