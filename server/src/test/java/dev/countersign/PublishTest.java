package dev.countersign;

import static dev.countersign.PolicyAuthor.json;
import static dev.countersign.PolicyAuthor.task;
import static dev.countersign.PolicyAuthor.variant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class PublishTest {
    private final TestDeployment deployment;
    private final PolicyAuthor ada;
    private final TestPerson bob;
    private final TestPerson carol;
    private final String first;

    PublishTest(Engine engine) {
        deployment = new TestDeployment(TestDatabases.settings(engine), PolicyAuthor.published(PolicyAuthor.FIRST));
        ada = author("ada");
        bob = deployment.person("bob", "policy-approvers").loggedIn().withAuthenticator();
        carol = deployment.person("carol", "policy-approvers").loggedIn().withAuthenticator();
        first = ada.live();
    }

    private PolicyAuthor author(String name) {
        var person = deployment
                .person(name, "policy-authors")
                .loggedIn()
                .withAuthenticator()
                .atTheBank();
        person.stepUp();
        return new PolicyAuthor(deployment, person);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private void approve(String task) {
        assertThat(bob.sign(task).statusCode()).isEqualTo(200);
        assertThat(carol.sign(task).statusCode()).isEqualTo(200);
    }

    @Test
    void theFolderIsTheFirstVersionAndIsRecorded() {
        assertThat(first).isEqualTo(PolicyAuthor.with(java.util.Map.of()).hash().value());
        assertThat(deployment.evidenceOf("policy.first"))
                .singleElement()
                .asString()
                .contains(first);
        var versions = json(ada.get("/policies/versions"));
        assertThat(versions.at("/live/version").asInt()).isEqualTo(1);
        assertThat(versions.at("/versions/0/publisher").asString()).isEqualTo("settings");
    }

    @Test
    void aVersionGoesLiveWhenTwoOthersApprovedExactlyIt() {
        var next = variant("two");
        var hash = next.hash().value();
        var asked = ada.propose(next, first, "Forbid nothing more");
        var task = task(asked);
        assertThat(json(asked).at("/context/reason/code").asString()).isEqualTo("approval_required");
        assertThat(task(ada.propose(next, first, "Forbid nothing more"))).isEqualTo(task);
        assertThat(bob.get("/approvals/" + task).body())
                .contains("Forbid nothing more", hash, first, "publisher-1", "added/0", "two");
        assertThat(bob.sign(task).statusCode()).isEqualTo(200);
        assertThat(ada.propose(next, first, "Forbid nothing more").statusCode()).isEqualTo(202);
        assertThat(ada.live()).isEqualTo(first);
        assertThat(carol.sign(task).statusCode()).isEqualTo(200);

        var done = ada.post("/policies/versions/" + hash + "/publish", emptyBody());
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(json(done).at("/live/version").asInt()).isEqualTo(2);
        assertThat(json(done).at("/context/receipt").asString()).isNotEmpty();
        assertThat(ada.live()).isEqualTo(hash);
        var recorded = deployment.evidenceOf("policy.published");
        assertThat(recorded).singleElement().asString().contains(hash, first, "publisher-1", "\"version\":2");
        assertThat(deployment.evidenceOf("approval.spent")).hasSize(2);
        assertThat(deployment.evidenceOf("transaction.outcome"))
                .singleElement()
                .asString()
                .contains("executed");

        var again = ada.propose(next, first, "Forbid nothing more");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(deployment.evidenceOf("policy.published")).hasSize(1);
        var whole = json(ada.get("/policies/versions/" + hash));
        assertThat(whole.path("state").asString()).isEqualTo("live");
        assertThat(whole.path("files").path("more.cedar").asString()).contains("two");
    }

    @Test
    void anEarlierVersionComesBackByHashWithApprovals() {
        var next = variant("two");
        publish(next, first);
        var asked = ada.restore(first, next.hash().value());
        approve(task(asked));
        var done = ada.restore(first, next.hash().value());
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(json(done).at("/live/version").asInt()).isEqualTo(3);
        assertThat(ada.live()).isEqualTo(first);
        assertThat(deployment.evidenceOf("policy.restored")).hasSize(1);
    }

    private void publish(dev.countersign.policy.PolicySource set, String previous) {
        approve(task(ada.propose(set, previous, "next")));
        var done = ada.propose(set, previous, "next");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }

    @Test
    void ofTwoPublicationsAgainstTheSameVersionOneGoesLive() throws Exception {
        var eve = author("eve");
        var mine = variant("mine");
        var hers = variant("hers");
        approve(task(ada.propose(mine, first, "")));
        approve(task(eve.propose(hers, first, "")));
        var answers = atOnce(() -> ada.propose(mine, first, ""), () -> eve.propose(hers, first, ""));
        assertThat(answers).extracting(HttpResponse::statusCode).containsExactlyInAnyOrder(200, 409);
        assertThat(deployment.evidenceOf("policy.published")).hasSize(1);
        assertThat(ada.live()).isIn(mine.hash().value(), hers.hash().value());
        var loser =
                answers.stream().filter(a -> a.statusCode() == 409).findFirst().orElseThrow();
        assertThat(json(loser).path("live").asString()).isEqualTo(ada.live());
        var states = json(ada.get("/policies/versions")).path("versions");
        assertThat(states)
                .extracting(v -> v.path("state").asString())
                .containsExactlyInAnyOrder("live", "refused", "superseded");
    }

    private static List<HttpResponse<String>> atOnce(
            Callable<HttpResponse<String>> one, Callable<HttpResponse<String>> other) throws Exception {
        var barrier = new CyclicBarrier(2);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var answers = new ArrayList<HttpResponse<String>>();
            var running = List.of(one, other).stream()
                    .map(call -> threads.submit(() -> {
                        barrier.await();
                        return call.call();
                    }))
                    .toList();
            for (var each : running) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    @Test
    void aSecondNodeRunsTheNewVersionWithinSecondsAndSaysSo() throws Exception {
        if (deployment.settings.databaseUrl() == null) {
            return; // SQLite serves one process
        }
        try (var other = Countersign.start(onAnotherPort(deployment.settings), deployment.clock)) {
            var next = variant("two");
            publish(next, first);
            var end = System.nanoTime() + 10_000_000_000L;
            var nodes = new ArrayList<String>();
            do {
                Thread.sleep(100);
                nodes.clear();
                json(ada.get("/policies/live"))
                        .path("nodes")
                        .forEach(node -> nodes.add(node.path("hash").asString()));
            } while (System.nanoTime() < end && (nodes.size() != 2 || nodes.contains(first)));
            assertThat(nodes).containsExactly(next.hash().value(), next.hash().value());
            assertThat(other.port()).isPositive();
        }
    }

    private static Settings onAnotherPort(Settings settings) {
        return new Settings(
                settings.issuer(),
                settings.host(),
                0,
                settings.data(),
                settings.databaseUrl(),
                null,
                null,
                null,
                settings.policies(),
                settings.transactionTypes(),
                settings.identityProviders(),
                settings.clients(),
                settings.enforcementPoints(),
                settings.webauthn(),
                settings.lifetimes());
    }

    private static tools.jackson.databind.node.ObjectNode emptyBody() {
        return dev.countersign.http.Json.MAPPER.createObjectNode();
    }
}
