package dev.countersign;

import static dev.countersign.PolicyAuthor.PUBLISHER;
import static dev.countersign.PolicyAuthor.body;
import static dev.countersign.PolicyAuthor.json;
import static dev.countersign.PolicyAuthor.task;
import static dev.countersign.PolicyAuthor.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.PolicyAuthor.Publisher;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.Bundle;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What somebody tries who wants other policies without the approval of two others. The last tests move the live version.
 * On PostgreSQL, where a second connection can write beside the server's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PublishAttackTest {
    private static final int AT_THE_END = Integer.MAX_VALUE - 10; // tests without an order stand in the middle

    private TestDeployment deployment;
    private PolicyAuthor ada;
    private TestPerson bob;
    private TestPerson carol;
    private String first;

    @BeforeAll
    void start() {
        deployment = new TestDeployment(
                TestDatabases.settings(Engine.POSTGRESQL), PolicyAuthor.published(PolicyAuthor.FIRST));
        // Ada may propose and may approve: never what she proposed herself.
        ada = author("ada", "policy-authors", "policy-approvers");
        bob = deployment.person("bob", "policy-approvers").loggedIn().withAuthenticator();
        carol = deployment.person("carol", "policy-approvers").loggedIn().withAuthenticator();
        first = ada.live();
    }

    @AfterAll
    void stop() {
        deployment.close();
    }

    private PolicyAuthor author(String name, String... groups) {
        var person =
                deployment.person(name, groups).loggedIn().withAuthenticator().atTheBank();
        person.stepUp();
        return new PolicyAuthor(deployment, person);
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("type").asString()).endsWith(":" + type);
    }

    @Test
    void aSignatureByAnotherKeyUnderTheSameNameIsRefusedAndRecorded() {
        var before = deployment.evidenceOf("policy.refused").size();
        var forger = new Publisher(PUBLISHER.id());
        assertRefused(ada.post("/policies/versions", body(forger, variant("a"), first, "")), 422, "untrusted-bundle");
        assertThat(deployment.evidenceOf("policy.refused")).hasSize(before + 1);
    }

    @Test
    void aPublisherThatTheSettingsDoNotNameIsRefused() {
        var stranger = new Publisher("stranger");
        assertRefused(ada.post("/policies/versions", body(stranger, variant("a"), first, "")), 422, "untrusted-bundle");
    }

    @Test
    void aBundleAlteredAfterItWasSignedIsRefused() {
        var signature = PUBLISHER.sign(variant("good").hash().value(), first, "");
        assertRefused(
                ada.post("/policies/versions", body(signature, Bundle.pack(variant("evil")))), 422, "untrusted-bundle");
    }

    @Test
    void anApprovalIsForNoOtherBundle() {
        var approved = approve(ada.propose(variant("good"), first, ""));
        var evil = body(PUBLISHER, variant("evil"), first, "").put("approval", approved);
        var asked = ada.post("/policies/versions", evil);
        assertThat(task(asked)).isNotEqualTo(approved); // nobody approved this one: others are asked
        approve(asked);
        var answer = ada.post("/policies/versions", evil);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(json(answer).at("/context/reason/code").asString()).isEqualTo("transaction_mismatch");
        assertThat(ada.live()).isEqualTo(first);
    }

    /** Two others sign; the approval's id. */
    private String approve(HttpResponse<String> asked) {
        var task = task(asked);
        assertThat(bob.sign(task).statusCode()).isEqualTo(200);
        assertThat(carol.sign(task).statusCode()).isEqualTo(200);
        var approval = json(ada.get("/policies/requests/" + task))
                .at("/result/approval/id")
                .asString();
        assertThat(approval).startsWith("ap_");
        return approval;
    }

    @Test
    void aBundleChangedInTheDatabaseAfterApprovalDoesNotGoLive() {
        var good = variant("stored");
        approve(ada.propose(good, first, ""));
        var hash = good.hash().value();
        deployment.tamper("update policy_version set bundle = decode('"
                + HexFormat.of().formatHex(Bundle.pack(variant("smuggled"))) + "', 'hex') where hash = '" + hash + "'");
        assertRefused(ada.post("/policies/versions/" + hash + "/publish", empty()), 422, "invalid-policies");
        assertThat(ada.live()).isEqualTo(first);
    }

    @Test
    void theAuthorsOwnApprovalDoesNotCountAndOneOtherIsNotEnough() {
        var next = variant("own");
        var task = task(ada.propose(next, first, ""));
        ada.person.sign(task);
        assertThat(bob.sign(task).statusCode()).isEqualTo(200);
        assertThat(ada.propose(next, first, "").statusCode()).isEqualTo(202);
        assertThat(ada.live()).isEqualTo(first);
    }

    @Test
    void whatAnApproverDeniedStaysDenied() {
        var next = variant("denied");
        var task = task(ada.propose(next, first, ""));
        assertThat(bob.post("/approvals/" + task + "/deny", "{\"reason\":\"No\"}")
                        .statusCode())
                .isEqualTo(200);
        var again = ada.propose(next, first, "");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(403);
        assertThat(json(again).at("/task/status").asString()).isEqualTo("denied");
    }

    @Test
    void withoutASessionNothingIsProposed() {
        var uri = URI.create(deployment.issuer + "/policies/versions");
        var body = body(PUBLISHER, variant("a"), first, "").toString();
        for (var authorization : new String[] {"", "Bearer " + TestDeployment.BANK_KEY, "DPoP x", "Basic eA=="}) {
            var request = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            assertThat(ada.person.send(request, false).statusCode())
                    .as(authorization)
                    .isEqualTo(401);
        }
        assertThat(ada.person.send(HttpRequest.newBuilder(uri).GET(), false).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aStolenTokenWithoutItsKeyAndAReplayedProofAreRefused() {
        var uri = URI.create(deployment.issuer + "/policies/versions");
        var mallory = deployment.person("mallory");
        var stolen = HttpRequest.newBuilder(uri)
                .header("Authorization", "DPoP " + ada.person.token())
                .header("DPoP", mallory.key.proof("GET", uri, ada.person.token(), null))
                .GET();
        assertThat(mallory.send(stolen, false).statusCode()).isEqualTo(401);
        var bearer = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + ada.person.token())
                .GET();
        assertThat(mallory.send(bearer, false).statusCode()).isEqualTo(401);
    }

    @Test
    void whoIsNoAuthorIsRefusedAndReadsNothing() {
        var mallory = author("mallory", "treasury");
        var answer = mallory.propose(variant("a"), first, "");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(json(answer).at("/context/reason/code").asString()).isEqualTo("no_permit");
        assertRefused(mallory.get("/policies/versions"), 403, "forbidden");
        assertRefused(mallory.get("/policies/versions/" + first), 403, "forbidden");
        assertRefused(mallory.get("/policies/live"), 403, "forbidden");
    }

    @Test
    void withoutAStepUpApproversAreNotEvenAsked() {
        var person = deployment
                .person("lazy", "policy-authors")
                .loggedIn()
                .withAuthenticator()
                .atTheBank();
        var lazy = new PolicyAuthor(deployment, person);
        var answer = lazy.propose(variant("lazy"), first, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow()) // RFC 9470 §3
                .contains("error=\"insufficient_user_authentication\"")
                .contains("acr_values=\"urn:countersign:acr:phr\"")
                .contains("max_age=\"300\"");
        assertThat(json(answer).at("/context/reason/code").asString()).isEqualTo("step_up_required");
        assertThat(json(answer).has("task")).isFalse();
    }

    @Test
    void aSetThatIsNotValidIsRefusedWithItsFaults() {
        var bad = PolicyAuthor.with(
                Map.of("more.cedar", "// one\npermit (principal, action == Action::\"fly\", resource);"));
        var answer = ada.propose(bad, first, "");
        assertRefused(answer, 422, "invalid-policies");
        assertThat(json(answer).at("/faults/0/file").asString()).isEqualTo("more.cedar");
        assertThat(json(answer).at("/faults/0/line").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsTooLargePackedOrUnpackedIsRefused() throws IOException {
        var signature = PUBLISHER.sign(variant("a").hash().value(), first, "");
        var huge = ada.post("/policies/versions", body(signature, new byte[1 << 20]));
        assertThat(huge.statusCode()).isEqualTo(413);
        assertRefused(
                ada.post("/policies/versions", body(signature, new byte[Bundle.MAX_PACKED_BYTES + 1])),
                413,
                "bundle-too-large");
        assertRefused(ada.post("/policies/versions", body(signature, bomb())), 413, "bundle-too-large");
        assertRefused(ada.post("/policies/versions", body(signature, new byte[100])), 422, "invalid-bundle");
    }

    /** 256 MiB in a quarter of one. */
    private static byte[] bomb() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 256; i++) {
                gzip.write(zeros);
            }
        }
        return out.toByteArray();
    }

    @Test
    void aSetThatLocksItsAuthorOutIsProposedWithAWarning() {
        var locked = PolicyAuthor.with(Map.of(
                "more.cedar", "@id(\"nobody\") forbid (principal, action == Action::\"publishPolicies\", resource);"));
        var answer = ada.propose(locked, first, "Freeze");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).path("warnings").get(0).asString()).startsWith("lockout");
        var harmless = ada.propose(variant("own"), first, "");
        assertThat(json(harmless).path("warnings").size()).isZero();
    }

    @Test
    void malformedRequestsNameTheMember() {
        var path = "/policies/versions";
        var good = body(PUBLISHER, variant("a"), first, "");
        assertThat(json(ada.post(path, good.deepCopy().put("bundle", "%%")))
                        .path("pointer")
                        .asString())
                .isEqualTo("/bundle");
        assertThat(json(ada.post(path, good.deepCopy().put("signature", "x")))
                        .path("pointer")
                        .asString())
                .isEqualTo("/signature");
        assertThat(json(ada.post(path, good.deepCopy().put("force", true)))
                        .path("pointer")
                        .asString())
                .isEqualTo("/force");
        assertThat(json(ada.post(path + "/sha256:xyz/restore", empty()))
                        .path("status")
                        .asInt())
                .isEqualTo(400);
        assertThat(ada.restore(variant("unknown").hash().value(), first).statusCode())
                .isEqualTo(404);
    }

    @Test
    @Order(AT_THE_END)
    void anOldVersionComesBackNeitherByItsOldBundleNorWithoutApprovals() {
        var two = variant("two");
        publish(two, first);
        var three = variant("three");
        publish(three, two.hash().value());
        assertRefused(ada.propose(two, first, "next"), 409, "restore-it");
        assertRefused(ada.propose(two, three.hash().value(), "fresh signature"), 409, "restore-it");
        assertThat(ada.restore(two.hash().value(), three.hash().value()).statusCode())
                .isEqualTo(202);
        assertRefused(ada.restore(two.hash().value(), first), 409, "other-version-live");
        assertThat(ada.live()).isEqualTo(three.hash().value());
    }

    private void publish(PolicySource set, String previous) {
        approve(ada.propose(set, previous, "next"));
        var done = ada.propose(set, previous, "next");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }

    @Test
    @Order(AT_THE_END + 1)
    void whoWritesIntoTheDatabaseMakesNothingLive() throws Exception {
        var live = ada.live();
        var before = deployment.evidenceOf("policy.refused").size();
        var statement = deployment
                .query("select statement from policy_live where version = 1")
                .getFirst();
        deployment.tamper("insert into policy_live (version, hash, statement, since) values (9, '" + first + "', '"
                + statement + "', 0)");
        awaitEvidence(before + 1);
        assertThat(ada.get("/policies/live").body()).contains(live);
        deployment.tamper("delete from policy_live where version = 9");
        assertThat(ada.live()).isEqualTo(live);
    }

    private void awaitEvidence(int count) throws InterruptedException {
        var end = System.nanoTime() + 10_000_000_000L;
        while (deployment.evidenceOf("policy.refused").size() < count && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(deployment.evidenceOf("policy.refused")).hasSizeGreaterThanOrEqualTo(count);
    }

    @Test
    @Order(AT_THE_END + 2)
    void aVersionTakenBackInTheDatabaseIsNoticedAtOnceAndAtTheNextStart() throws Exception {
        var before = deployment.evidenceOf("policy.refused").size();
        deployment.tamper("delete from policy_live where version = (select max(version) from policy_live)");
        awaitEvidence(before + 1);
        deployment.server.close();
        assertThatThrownBy(() -> Countersign.start(deployment.settings))
                .isInstanceOf(PolicyLoadException.class)
                .hasMessageContaining("the evidence log says");
    }

    private static tools.jackson.databind.node.ObjectNode empty() {
        return dev.countersign.http.Json.MAPPER.createObjectNode();
    }
}
