package dev.countersign;

import static dev.countersign.EntityFeed.entity;
import static dev.countersign.EntityFeed.may;
import static dev.countersign.EntityFeed.user;
import static dev.countersign.EntityFeed.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The policy folder's entities, then stored ones, then claims of the login, then what the question brings. */
final class EntityPrecedenceTest {
    private static final String MAPPING = """
            principal:
              level: {claim: clearance, type: Long}
              city: {claim: address.locality, type: String}
              groups_of_claims: {claim: roles, groups: Group}
            """;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theStrongerSourceOfAnAttributeWins(Engine engine) {
        var policies = policies();
        try (var deployment = new TestDeployment(TestDatabases.settings(engine), policies)) {
            var feed = new EntityFeed(deployment.issuer);
            var alice = deployment
                    .person("alice")
                    .claiming(Map.of("clearance", 4))
                    .loggedIn()
                    .atTheBank();
            // (d) the question says how secret the document is; (c) the claim says how far Alice may see
            assertThat(writes(alice, "d1", 5)).isFalse();
            assertThat(writes(alice, "d1", 4)).isTrue();
            // (b) over (c) and (d)
            assertThat(feed.replace("", user("alice", ",\"level\":2")).statusCode())
                    .isEqualTo(200);
            assertThat(writes(alice, "d1", 3)).isFalse();
            assertThat(writes(alice, "d1", 2)).isTrue();
            assertThat(feed.put("Doc/d1", "{\"attrs\":{\"secrecy\":3}}").statusCode())
                    .isEqualTo(200);
            assertThat(writes(alice, "d1", 0)).isFalse();
            // (a) over (b)
            write(policies.resolve("entities.json"), "[" + user("alice", ",\"level\":3") + "]");
            awaitChange(deployment, 1);
            assertThat(writes(alice, "d1", 9)).isTrue();
            write(policies.resolve("entities.json"), "[" + entity("Doc", "d1", "\"secrecy\":4") + "]");
            awaitChange(deployment, 2);
            assertThat(writes(alice, "d1", 0)).isFalse();
        }
    }

    @Test
    void groupsAddUpButNoneComesFromTheQuestion() {
        var policies = policies();
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies)) {
            var feed = new EntityFeed(deployment.issuer);
            var byProvider = deployment.person("ann", "readers").loggedIn().atTheBank();
            var byClaim = deployment
                    .person("bea")
                    .claiming(Map.of("roles", "readers"))
                    .loggedIn()
                    .atTheBank();
            var byStore = deployment.person("cid").loggedIn().atTheBank();
            assertThat(reads(byProvider)).isTrue();
            assertThat(reads(byClaim)).isTrue();
            assertThat(reads(byStore)).isFalse();
            // readers of the folder's entities are in a group of its own; stored members reach it through it
            write(policies.resolve("entities.json"), "[" + entity("Group", "clerks", "", "readers") + "]");
            awaitChange(deployment, 1);
            assertThat(feed.replace("", user("cid", "", "clerks"), user("ann", ""))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(reads(byStore)).isTrue();
            assertThat(reads(byProvider)).isTrue();
            assertThat(may(deployment, "zed", "read", "d1")).isFalse();
            var sent = Map.of("parents", List.of(Map.of("type", "Folder", "id", "archive")));
            var question = Evaluation.of("User", "zed", "read", "Doc", "d1").resourceProperties(sent);
            assertThat(deployment
                            .client(TestDeployment.CORE_KEY)
                            .evaluate(question.build())
                            .permitted())
                    .isFalse();
        }
    }

    /** Of a session's claims, what is mapped no more is gone at once; what is mapped anew comes with the next login. */
    @Test
    void aChangedMappingTakesAwayAtOnceAndGivesAtTheNextLogin() {
        var policies = policies();
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies)) {
            var alice = deployment.person("alice").claiming(Map.of("clearance", 4, "rank", 7));
            alice.loggedIn().atTheBank();
            assertThat(writes(alice, "d1", 4)).isTrue();
            write(policies.resolve("claims.yaml"), "principal:\n  level: {claim: rank, type: Long}\n");
            awaitChange(deployment, 1);
            assertThat(writes(alice, "d1", 4)).isTrue();
            assertThat(writes(alice, "d1", 7)).as("kept what it had").isFalse();
            write(policies.resolve("claims.yaml"), "principal: {}\n");
            awaitChange(deployment, 2);
            assertThat(writes(alice, "d1", 1)).isFalse();
            write(policies.resolve("claims.yaml"), "principal:\n  level: {claim: rank, type: Long}\n");
            awaitChange(deployment, 3);
            alice.cookies.clear();
            alice.loggedIn().atTheBank();
            assertThat(writes(alice, "d1", 7)).isTrue();
        }
    }

    @Test
    void whoseClaimIsNotOfItsTypeIsNotLoggedIn() {
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies())) {
            var mallory = deployment.person("mallory").claiming(Map.of("clearance", "high"));
            assertThat(mallory.logIn("/authenticators").statusCode()).isEqualTo(502);
            assertThat(deployment.evidenceOf("session.started")).isEmpty();
        }
    }

    private static boolean writes(TestPerson who, String doc, int secrecy) {
        return asks(who, "write", doc, Map.of("secrecy", secrecy));
    }

    private static boolean reads(TestPerson who) {
        return asks(who, "read", "d1", Map.of());
    }

    private static boolean asks(TestPerson who, String action, String doc, Map<String, ?> properties) {
        return who.ask(presented -> Evaluation.of("User", who.name, action, "Doc", doc)
                        .resourceProperties(properties)
                        .session(presented.token(), "DPoP", presented.proof(), "POST", TestDeployment.BANK_CALL)
                        .client("203.0.113.7", "Firefox")
                        .build())
                .permitted();
    }

    private static void awaitChange(TestDeployment deployment, int changes) {
        for (var i = 0; deployment.evidenceOf("policy.changed").size() < changes; i++) {
            assertThat(i).as("the policies did not change").isLessThan(200);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Path policies() {
        var policies = EntityFeed.policies("[]");
        write(policies.resolve("claims.yaml"), MAPPING);
        return policies;
    }
}
