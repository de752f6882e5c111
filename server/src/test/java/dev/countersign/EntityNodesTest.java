package dev.countersign;

import static dev.countersign.EntityFeed.entity;
import static dev.countersign.EntityFeed.json;
import static dev.countersign.EntityFeed.may;
import static dev.countersign.EntityFeed.user;
import static dev.countersign.EntityFeed.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.policy.PolicyLoadException;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities while they change: under decisions, on other nodes, under a changing schema, in large bodies. */
final class EntityNodesTest {
    /** In either graph exactly one of the two is a reader: a decision that saw half of each would see none or both. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void eachDecisionSeesOneWholeGraph(Engine engine) throws Exception {
        try (var deployment = new TestDeployment(TestDatabases.settings(engine), EntityFeed.policies("[]"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var feed = new EntityFeed(deployment.issuer);
            var readers = entity("Group", "readers", "");
            var graphs = new String[][] {
                {readers, user("alice", ",\"level\":1", "readers"), entity("Doc", "d1", "\"secrecy\":2")},
                {readers, entity("Doc", "d1", "\"secrecy\":1"), user("alice", ",\"level\":0", "readers")}
            };
            assertThat(feed.replace("", graphs[0]).statusCode()).isEqualTo(200);
            var done = new AtomicBoolean();
            var asked = new ArrayList<Future<Integer>>();
            for (var i = 0; i < 4; i++) {
                asked.add(threads.submit(decisions(deployment, done)));
            }
            for (var i = 1; i <= 40; i++) {
                assertThat(feed.replace("", graphs[i % 2]).statusCode()).isEqualTo(200);
            }
            done.set(true);
            for (var each : asked) {
                assertThat(each.get()).isPositive();
            }
            assertThat(deployment.evidenceOf("entities.replaced")).hasSize(41);
        }
    }

    /** Of level 1 and secrecy 2, or 0 and 1, no mixture but 1 and 1, which is of no graph, lets her write. */
    private static Callable<Integer> decisions(TestDeployment deployment, AtomicBoolean done) {
        return () -> {
            var count = 0;
            while (!done.get()) {
                assertThat(may(deployment, "alice", "write", "d1")).isFalse();
                assertThat(may(deployment, "alice", "read", "d1")).isTrue();
                count++;
            }
            return count;
        };
    }

    @Test
    void anotherNodeDecidesByTheNewGraphWithinSeconds() throws Exception {
        try (var one = new TestDeployment(TestDatabases.settings(Engine.POSTGRESQL), EntityFeed.policies("[]"));
                var two = Countersign.start(onAnotherPort(one.settings), one.clock)) {
            var first = new EntityFeed(one.issuer);
            var second = new EntityFeed(java.net.URI.create("http://localhost:" + two.port()));
            assertThat(first.replace("", entity("Group", "readers", "")).statusCode())
                    .isEqualTo(200);
            // Written on the second at once: it notices that the graph has moved, and checks against the new one.
            assertThat(second.patch("", user("bob", "", "readers")).statusCode())
                    .isEqualTo(200);
            assertThat(may(one, "bob", "read", "d1") || awaited(() -> may(one, "bob", "read", "d1")))
                    .isTrue();
            assertThat(first.delete("User/bob").statusCode()).isEqualTo(200);
            assertThat(second.delete("User/bob").statusCode()).isEqualTo(404);
            assertThat(first.replace("?source=hr", user("eve", "")).statusCode())
                    .isEqualTo(200);
            assertThat(awaited(() -> json(second.get("")).get("sources").has("hr")))
                    .isTrue();
            assertThat(json(second.get("")).get("entities").intValue()).isEqualTo(2);
        }
    }

    private static boolean awaited(Callable<Boolean> condition) throws Exception {
        for (var i = 0; i < 100; i++) {
            if (condition.call()) {
                return true;
            }
            Thread.sleep(Duration.ofMillis(50));
        }
        return false;
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
                settings.masterKey(),
                settings.policies(),
                settings.transactionTypes(),
                settings.identityProviders(),
                settings.clients(),
                settings.enforcementPoints(),
                settings.webauthn(),
                settings.lifetimes());
    }

    @Test
    void policiesThatStoredEntitiesDoNotFitAreRefused() throws Exception {
        var policies = EntityFeed.policies("[]");
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), policies)) {
            var feed = new EntityFeed(deployment.issuer);
            assertThat(feed.replace("", entity("Group", "readers", ""), user("alice", ",\"level\":1", "readers"))
                            .statusCode())
                    .isEqualTo(200);
            write(policies.resolve("set.cedarschema"), EntityFeed.SCHEMA.replace("level?: Long", "level?: String"));
            write(
                    policies.resolve("set.cedar"),
                    "@id(\"none\") permit (principal in Group::\"board\", action, resource);");
            assertThat(awaited(() -> !deployment.evidenceOf("policy.refused").isEmpty()))
                    .isTrue();
            assertThat(deployment.evidenceOf("policy.refused").getLast())
                    .contains("User::\\\"alice\\\"", "/attrs/level");
            assertThat(may(deployment, "alice", "read", "d1"))
                    .as("the old set stays live")
                    .isTrue();
            deployment.server.close();
            assertThatThrownBy(() -> Countersign.start(deployment.settings, deployment.clock))
                    .isInstanceOf(PolicyLoadException.class)
                    .hasMessageContaining("does not fit");
        }
    }

    @Test
    void aLargeBodyIsTakenWhereItMayBeAndNowhereElse() throws Exception {
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), EntityFeed.policies("[]"))) {
            var feed = new EntityFeed(deployment.issuer);
            var lines = new StringBuilder();
            for (var i = 0; i < 20_000; i++) {
                lines.append(user("user-" + i, ",\"level\":" + i % 5)).append('\n');
            }
            assertThat(lines.length()).isGreaterThan(2 << 20);
            assertThat(feed.patch("", lines.toString()).statusCode()).isEqualTo(413);
            assertThat(json(feed.replace("", lines.toString())).path("loaded").intValue())
                    .isEqualTo(20_000);
            assertThat(may(deployment, "user-19999", "read", "d1")).isFalse();
            assertThat(feed.send("PUT", "/entities", "application/x-ndjson", BodyPublishers.ofString("x"), "nobody")
                            .statusCode())
                    .isEqualTo(401);
            var chunked = "Transfer-Encoding: chunked\r\n";
            assertThat(raw(deployment, "PUT /entities", chunked)).startsWith("HTTP/1.1 411 ");
            var large = "Content-Length: " + (2 << 20) + "\r\n";
            assertThat(raw(deployment, "POST /access/v1/evaluation", large)).startsWith("HTTP/1.1 413 ");
            assertThat(raw(deployment, "PUT /entities/User/x", large)).startsWith("HTTP/1.1 413 ");
            assertThat(raw(deployment, "PUT /entities", "Content-Length: " + ((1L << 30) + 1) + "\r\n"))
                    .startsWith("HTTP/1.1 413 ");
            assertThat(json(feed.get("")).get("entities").intValue()).isEqualTo(20_000);
        }
    }

    /** The first line of the answer to a request whose body never comes. */
    private static String raw(TestDeployment deployment, String request, String framing) throws Exception {
        try (var socket = new Socket("localhost", deployment.issuer.getPort())) {
            socket.setSoTimeout(10_000);
            var head = request
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer "
                    + TestDeployment.FEED_KEY + "\r\n" + framing + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
