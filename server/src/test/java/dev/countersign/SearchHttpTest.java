package dev.countersign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Searches as they go over the wire: pages and their tokens, sessions, rights, requirements, evidence. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SearchHttpTest {
    private static final int DOCUMENTS = 25;

    private static final String SCHEMA = """
            entity Group in [Group];
            entity User in [Group] = { name: String, person: String, role?: String };
            entity Folder in [Folder];
            entity Document in [Folder] { owner?: String };
            type Context = {
                now: datetime, enforcement_point: String, network: { ip?: ipaddr }, session?: { binding: String },
                action?: { purpose?: String }, request?: { place?: String },
            };
            action view, sign, export, audit appliesTo { principal: [User, Folder], resource: [Document], context: Context };
            """;

    private static final String POLICIES = """
            @id("staff-views")
            permit (principal in Group::"staff", action == Action::"view", resource in Folder::"public");
            @id("staff-signs")
            permit (principal in Group::"staff", action == Action::"sign", resource in Folder::"public");
            @id("some-signatures-need-a-step-up")
            @require("step-up") @acr("urn:countersign:acr:phr") @max_age("5m")
            forbid (principal, action == Action::"sign", resource == Document::"d03");
            @id("bound-sessions-export")
            permit (principal is User, action == Action::"export", resource == Document::"d01")
            when { context has session && context.session.binding == "dpop" };
            @id("auditors-audit-for-a-purpose-at-a-place")
            permit (principal is User, action == Action::"audit", resource)
            when { principal has role && principal.role == "auditor"
                && context has action && context.action has purpose && context.action.purpose == "tax"
                && context has request && context.request has place && context.request.place == "office" };
            """;

    private final Path policies = TestDatabases.folder();
    private final TestDeployment deployment;
    private final Authzen core;
    private final Authzen bank;

    SearchHttpTest(Engine engine) throws IOException {
        Files.writeString(policies.resolve("s.cedarschema"), SCHEMA);
        Files.writeString(policies.resolve("s.cedar"), POLICIES);
        store(DOCUMENTS);
        deployment = new TestDeployment(TestDatabases.settings(engine), policies);
        core = new Authzen(deployment, TestDeployment.CORE_KEY);
        bank = new Authzen(deployment, TestDeployment.BANK_KEY);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private void store(int documents) throws IOException {
        var all = Json.MAPPER.createArrayNode();
        for (var i = 0; i < documents; i++) {
            entity(all, "Document", "d%02d".formatted(i), "Folder", i % 5 == 4 ? "secret" : "open");
        }
        entity(all, "Folder", "open", "Folder", "public");
        for (var user : List.of("alice", "bob", "x".repeat(256))) {
            var attributes = entity(all, "User", user, "Group", user.equals("bob") ? "guests" : "staff");
            attributes.put("name", user).put("person", user);
        }
        Files.writeString(policies.resolve("entities.json"), all.toString());
    }

    private static ObjectNode entity(ArrayNode all, String type, String id, String parentType, String parent) {
        var entity = all.addObject();
        entity.putObject("uid").put("type", type).put("id", id);
        entity.putArray("parents").addObject().put("type", parentType).put("id", parent);
        return entity.putObject("attrs");
    }

    private static ObjectNode documents(String action) {
        return (ObjectNode) Json.MAPPER.readTree("""
                {"subject":{"type":"User","id":"alice"},"action":{"name":"%s"},"resource":{"type":"Document"}}
                """.formatted(action));
    }

    private static List<String> open() {
        return IntStream.range(0, DOCUMENTS)
                .filter(i -> i % 5 != 4)
                .mapToObj("d%02d"::formatted)
                .toList();
    }

    private static String code(JsonNode answer) {
        return answer.at("/context/reason/code").asString("");
    }

    @Test
    void pagesAreOneListCutUp() {
        for (var limit : List.of(1, 3, 7, 20, 1_000)) {
            var request = documents("view");
            request.putObject("page").put("limit", limit);
            assertThat(core.found("resource", request)).as("limit " + limit).isEqualTo(open());
        }
        var none = documents("view");
        none.putObject("page").put("limit", 0);
        assertThat(core.ask("search/resource", none).at("/page/next_token").stringValue())
                .isNotEmpty();
    }

    @Test
    void aTokenIsGoodForItsQuestionAloneAndTellsNothing() {
        var request = documents("view");
        request.putObject("page").put("limit", 4);
        var token = core.ask("search/resource", request).at("/page/next_token").stringValue();
        var again = core.ask("search/resource", request).at("/page/next_token").stringValue();
        assertThat(again).isNotEqualTo(token);
        assertThat(new String(Base64.getUrlDecoder().decode(token), ISO_8859_1)).doesNotContain("d03");
        request.withObject("/page").put("token", token);
        assertThat(core.ask("search/resource", request).get("results")).hasSize(4);

        var otherAction = documents("sign");
        var otherSubject = documents("view");
        otherSubject.withObject("/subject").put("id", "bob");
        var otherContext = documents("view");
        otherContext.putObject("context").put("place", "home");
        for (var other : List.of(otherAction, otherSubject, otherContext)) {
            other.putObject("page").put("token", token);
            refused(core, other, "/page/token");
        }
        var otherLimit = request.deepCopy();
        otherLimit.withObject("/page").put("limit", 5);
        refused(core, otherLimit, "/page/limit");
        refused(bank, request, "/page/token");
        var flipped = request.deepCopy();
        flipped.withObject("/page").put("token", (token.charAt(0) == 'A' ? 'B' : 'A') + token.substring(1));
        refused(core, flipped, "/page/token");
        for (var bad : List.of("\"x\"", "\"\"", "1", "\"" + "A".repeat(4_097) + "\"")) {
            var strange = request.deepCopy();
            strange.withObject("/page").set("token", Json.MAPPER.readTree(bad));
            refused(core, strange, "/page/token");
        }
        for (var bad : List.of("-1", "1.5", "\"3\"")) {
            var strange = documents("view");
            strange.putObject("page").set("limit", Json.MAPPER.readTree(bad));
            refused(core, strange, "/page/limit");
        }
        // Members may come in another order, and what a search ignores may change.
        var reordered = (ObjectNode) Json.MAPPER.readTree("""
                {"resource":{"id":"ignored","type":"Document"},"action":{"name":"view"},"subject":{"id":"alice","type":"User"}}
                """);
        reordered.putObject("page").put("token", token);
        assertThat(core.ask("search/resource", reordered).get("results")).hasSize(4);
    }

    private static void refused(Authzen asker, ObjectNode request, String pointer) {
        var answer = asker.send("search/resource", request.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).get("pointer").stringValue())
                .isEqualTo(pointer);
    }

    @Test
    void whatChangesBetweenPagesIsNeitherRepeatedNorDoesItHideTheRest() throws Exception {
        var request = documents("view");
        request.putObject("page").put("limit", 8);
        var first = core.ask("search/resource", request);
        var before = deployment.evidenceOf("policy.changed").size();
        store(DOCUMENTS + 5); // new ones at the end
        while (deployment.evidenceOf("policy.changed").size() == before) {
            Thread.sleep(50);
        }
        request.withObject("/page").put("token", first.at("/page/next_token").stringValue());
        var all = new ArrayList<String>();
        first.get("results").forEach(result -> all.add(Authzen.name(result)));
        all.addAll(core.found("resource", request));
        assertThat(all)
                .doesNotHaveDuplicates()
                .containsAll(open())
                .contains("d28")
                .isSorted();
    }

    @Test
    void whatNeedsAStepUpIsLeftOutAndSaid() {
        var answer = core.ask("search/resource", documents("sign"));
        assertThat(answer.get("results"))
                .extracting(Authzen::name)
                .hasSize(open().size() - 1)
                .doesNotContain("d03");
        assertThat(answer.at("/context/withheld/count").intValue()).isEqualTo(1);
        assertThat(answer.at("/context/withheld/requirements/0/type").stringValue())
                .isEqualTo("step-up");
        assertThat(core.ask("search/resource", documents("view")).get("context").has("withheld"))
                .isFalse();
    }

    @Test
    void withoutASessionOnlyWhoMaySpeakForSubjectsFindsAnything() {
        var answer = bank.ask("search/resource", documents("view"));
        assertThat(answer.get("results")).isEmpty();
        assertThat(code(answer)).isEqualTo("invalid_session");
        var who = bank.ask("search/subject", """
                {"subject":{"type":"User"},"action":{"name":"view"},"resource":{"type":"Document","id":"d01"}}
                """);
        assertThat(who.get("results")).isEmpty();
        assertThat(code(who)).isEqualTo("invalid_session");
        assertThat(core.found("resource", documents("view"))).isEqualTo(open());
    }

    @Test
    void aSessionSearchesForItsOwnPrincipalWithItsGroups() {
        var carol = deployment.person("carol", "staff").loggedIn().atTheBank();
        carol.ask(Payments.read("carol")); // so that the page has a nonce
        var request = presented(documents("view"), carol, "carol");
        assertThat(bank.ask("search/resource", request).get("results"))
                .extracting(Authzen::name)
                .isEqualTo(open());
        // Each page with a proof of its own, the same token.
        var paged = presented(documents("view"), carol, "carol");
        paged.putObject("page").put("limit", 15);
        var next = bank.ask("search/resource", paged).at("/page/next_token").stringValue();
        assertThat(code(bank.ask("search/resource", paged))).isEqualTo("replayed_proof");
        var second = presented(documents("view"), carol, "carol");
        second.putObject("page").put("token", next);
        assertThat(bank.ask("search/resource", second).get("results")).hasSize(open().size() - 15);

        var export = bank.ask("search/resource", presented(documents("export"), carol, "carol"));
        assertThat(export.get("results")).extracting(Authzen::name).containsExactly("d01");
        var others = presented(documents("view"), carol, "alice");
        assertThat(code(bank.ask("search/resource", others))).isEqualTo("subject_mismatch");
        var actions = presented(documents("view"), carol, "carol");
        actions.remove("action");
        actions.withObject("/resource").put("id", "d01");
        assertThat(bank.ask("search/action", actions).get("results"))
                .extracting(Authzen::name)
                .containsExactly("export", "sign", "view");
    }

    private static ObjectNode presented(ObjectNode request, TestPerson person, String subject) {
        var presented = person.present();
        request.withObject("/subject").put("id", subject);
        request.putObject("context")
                .putObject("session")
                .put("token", presented.token())
                .put("scheme", "DPoP")
                .put("proof", presented.proof())
                .put("method", "POST")
                .put("uri", TestDeployment.BANK_CALL.toString());
        return request;
    }

    @Test
    void subjectsThatAreSearchedForHaveNoSession() {
        var ask =
                "{\"subject\":{\"type\":\"User\"},\"action\":{\"name\":\"%s\"},\"resource\":{\"type\":\"Document\",\"id\":\"d01\"}}";
        assertThat(core.found("subject", ask.formatted("view"))).containsExactly("alice");
        assertThat(core.found("subject", ask.formatted("export"))).isEmpty();
        var nobody = documents("view");
        nobody.withObject("/subject").put("id", "x".repeat(256)); // no person has so long an id
        nobody.withObject("/resource").put("id", "d01");
        assertThat(code(core.ask("evaluation", nobody))).isEqualTo("invalid_session");
        var presented = (ObjectNode) Json.MAPPER.readTree(ask.formatted("view"));
        presented.putObject("context").putObject("session").put("token", "x");
        var answer = core.send("search/subject", presented.toString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).get("pointer").stringValue())
                .isEqualTo("/context/session");
    }

    @Test
    void aSearchIsNotAboutATransaction() {
        var request = documents("view");
        request.putObject("context").putObject("transaction").put("id", "tx-1");
        refused(core, request, "/context/transaction");
    }

    @Test
    void propertiesOfSubjectActionAndEnvironmentReachPolicies() {
        var request = documents("audit");
        request.withObject("/subject").putObject("properties").put("role", "auditor");
        request.withObject("/action").putObject("properties").put("purpose", "tax");
        request.putObject("context").put("place", "office");
        assertThat(core.found("resource", request.deepCopy())).hasSize(DOCUMENTS);
        var one = request.deepCopy();
        one.withObject("/resource").put("id", "d04");
        assertThat(core.decides(one.toString())).isTrue();
        one.withObject("/context").put("place", "home");
        assertThat(core.decides(one.toString())).isFalse();
        // What is stored, and who someone is, no request changes.
        var impostor = documents("view");
        impostor.withObject("/subject").put("id", "bob").putObject("properties").put("name", "alice");
        assertThat(core.found("resource", impostor)).isEmpty();
    }

    @Test
    void whatAnEnforcementPointSaysOfASubjectCountsOnlyWhereItMaySpeakForIt() {
        var carol = deployment.person("carol").loggedIn().atTheBank();
        carol.ask(Payments.read("carol"));
        for (var asker : List.of(bank, core)) {
            var request = presented(documents("audit"), carol, "carol");
            request.withObject("/subject").putObject("properties").put("role", "auditor");
            request.withObject("/action").putObject("properties").put("purpose", "tax");
            request.withObject("/context").put("place", "office");
            assertThat(asker.ask("search/resource", request).get("results"))
                    .hasSize(asker.equals(core) ? DOCUMENTS : 0);
        }
    }

    @Test
    void everySearchIsEvidenceWithoutItsResults() {
        core.found("resource", documents("view"));
        bank.ask("search/resource", documents("view"));
        var entries = deployment.evidenceOf("search").stream()
                .map(Json.MAPPER::readTree)
                .toList();
        assertThat(entries).hasSize(2);
        var found = entries.getFirst();
        assertThat(found.get("results").intValue()).isEqualTo(open().size());
        assertThat(found.get("evaluated").intValue()).isEqualTo(open().size());
        assertThat(found.get("principal").stringValue()).isEqualTo("User::alice");
        assertThat(found.get("for").stringValue()).isEqualTo("resource");
        assertThat(found.get("query").stringValue()).hasSize(64);
        assertThat(found.toString()).doesNotContain("d01");
        assertThat(entries.getLast().get("code").stringValue()).isEqualTo("invalid_session");
        assertThat(entries.getLast().get("results").intValue()).isZero();
    }

    @Test
    void anEntityOfAnotherTypeCanBeSpokenForButHasNoTransaction() {
        var folder =
                "{\"subject\":{\"type\":\"Folder\",\"id\":\"open\"},\"action\":{\"name\":\"view\"},\"resource\":{\"type\":\"Document\",\"id\":\"d01\"}}";
        assertThat(code(core.ask("evaluation", folder))).isEqualTo("no_permit");
        assertThat(code(bank.ask("evaluation", folder))).isEqualTo("invalid_session");
        var paying = (ObjectNode) Json.MAPPER.readTree(folder);
        paying.putObject("context")
                .putObject("transaction")
                .put("id", "tx-1")
                .put("type", "payment")
                .set("details", Json.MAPPER.valueToTree(Payments.details("1.00")));
        var answer = core.send("evaluation", paying.toString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).get("pointer").stringValue())
                .startsWith("/context/transaction");
    }
}
