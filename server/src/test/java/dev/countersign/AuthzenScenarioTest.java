package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The AuthZEN working group's expected decisions, all of them, over HTTP, with policies of ours for each scenario. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthzenScenarioTest {
    private static final Path DATA = Path.of("src", "test", "resources", "authzen");

    private final Map<String, TestDeployment> deployments = new HashMap<>();
    private final Schema requests = schema("evaluation-request.schema.json");
    private final Schema responses = schema("evaluation-response.schema.json");

    @AfterAll
    void close() {
        deployments.values().forEach(TestDeployment::close);
    }

    @TestFactory
    Stream<DynamicTest> todoDecisions() {
        return decisions("todo", "todo-decisions.json", 40);
    }

    @TestFactory
    Stream<DynamicTest> gatewayDecisions() {
        return decisions("gateway", "gateway-decisions.json", 25);
    }

    @TestFactory
    Stream<DynamicTest> todoBatches() {
        return cases("todo-decisions.json", "evaluations", 3).stream()
                .map(one -> named(one, () -> {
                    var each = one.at("/request/evaluations");
                    for (var evaluation : each) {
                        var whole = ((ObjectNode) one.get("request")).deepCopy().without("evaluations");
                        whole.setAll((ObjectNode) evaluation);
                        assertThat(requests.validate(whole)).isEmpty();
                    }
                    var answers =
                            core("todo").ask("evaluations", one.get("request")).get("evaluations");
                    var decisions = new ArrayList<JsonNode>();
                    for (var answer : answers) {
                        assertThat(responses.validate(answer)).isEmpty();
                        decisions.add(((ObjectNode) answer.deepCopy()).without("context"));
                    }
                    assertThat(decisions).containsExactlyElementsOf(one.get("expected"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> subjectSearches() {
        return searches("subject", "search-subject-results.json", "evaluation", 60);
    }

    @TestFactory
    Stream<DynamicTest> resourceSearches() {
        return searches("resource", "search-resource-results.json", "evaluation", 18);
    }

    @TestFactory
    Stream<DynamicTest> actionSearches() {
        return searches("action", "search-action-results.json", "evaluation", 120);
    }

    @TestFactory
    Stream<DynamicTest> identityProviderSearches() {
        return searches("resource", "idp-results.json", "search", 6);
    }

    /** What a search finds, an evaluation permits; what it leaves out, an evaluation refuses. */
    @Test
    void everySearchAgreesWithEveryEvaluation() {
        var expected = new ArrayList<String>();
        for (var one : cases("search-resource-results.json", "evaluation", 18)) {
            var request = one.get("request");
            one.at("/expected/results")
                    .forEach(result -> expected.add(request.at("/subject/id").stringValue() + " "
                            + request.at("/action/name").stringValue() + " "
                            + result.get("id").stringValue()));
        }
        var permitted = new ArrayList<String>();
        for (var user : List.of("alice", "bob", "carol", "dan", "erin", "felix")) {
            for (var action : List.of("view", "edit", "delete")) {
                for (var id = 101; id <= 120; id++) {
                    var body = """
                            {"subject":{"type":"user","id":"%s"},"action":{"name":"%s"},"resource":{"type":"record","id":"%d"}}
                            """.formatted(user, action, id);
                    if (core("search").decides(body)) {
                        permitted.add(user + " " + action + " " + id);
                    }
                }
            }
        }
        assertThat(permitted).containsExactlyInAnyOrderElementsOf(expected);
    }

    private Stream<DynamicTest> decisions(String scenario, String file, int count) {
        return cases(file, "evaluation", count).stream()
                .map(one -> named(one, () -> {
                    assertThat(requests.validate(one.get("request"))).isEmpty();
                    var answer = core(scenario).ask("evaluation", one.get("request"));
                    assertThat(responses.validate(answer)).isEmpty();
                    assertThat(answer.get("decision")).isEqualTo(one.get("expected"));
                }));
    }

    /** Results are a set: the scenario's own runner sorts both sides. */
    private Stream<DynamicTest> searches(String entity, String file, String member, int count) {
        return cases(file, member, count).stream()
                .map(one -> named(one, () -> {
                    var results = core("search")
                            .ask("search/" + entity, one.get("request"))
                            .get("results");
                    assertThat(results).containsExactlyInAnyOrderElementsOf(one.at("/expected/results"));
                    assertThat(results).extracting(Authzen::name).isSorted();
                }));
    }

    private static DynamicTest named(JsonNode one, Executable test) {
        return DynamicTest.dynamicTest(one.get("request").toString(), test);
    }

    private static List<JsonNode> cases(String file, String member, int count) {
        var cases = new ArrayList<JsonNode>();
        json(file).get(member).forEach(cases::add);
        assertThat(cases).hasSize(count); // so that none is lost on the way
        return cases;
    }

    private Authzen core(String scenario) {
        var deployment = deployments.computeIfAbsent(
                scenario, name -> new TestDeployment(TestDatabases.settings(Engine.SQLITE), DATA.resolve(name)));
        return new Authzen(deployment, TestDeployment.CORE_KEY);
    }

    private static Schema schema(String file) {
        return SchemaRegistry.withDefaultDialect(Dialects.getDraft202012())
                .getSchema(
                        SchemaLocation.of("https://openid.net/schemas/" + file), json(file)); // their $id is relative
    }

    private static JsonNode json(String file) {
        try {
            return Json.MAPPER.readTree(Files.readString(DATA.resolve(file)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
