package dev.countersign;

import static dev.countersign.EntityFeed.entity;
import static dev.countersign.EntityFeed.json;
import static dev.countersign.EntityFeed.may;
import static dev.countersign.EntityFeed.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities that feeds store, over HTTP, and the decisions that come of them. */
@ParameterizedClass
@EnumSource(Engine.class)
final class EntitiesTest {
    private static final String READERS = entity("Group", "readers", "");

    private final Engine engine;
    private TestDeployment deployment;
    private EntityFeed feed;

    EntitiesTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() {
        deployment = new TestDeployment(TestDatabases.settings(engine), EntityFeed.policies("[]"));
        feed = new EntityFeed(deployment.issuer);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void whatIsStoredDecidesAtOnceAndAfterARestart() throws Exception {
        assertThat(may(deployment, "alice", "read", "d1")).isFalse();
        var loaded = feed.replace("", user("alice", "", "readers"), READERS, user("bob", ""));
        assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
        assertThat(json(loaded).get("loaded").intValue()).isEqualTo(3);
        assertThat(may(deployment, "alice", "read", "d1")).isTrue();
        assertThat(may(deployment, "bob", "read", "d1")).isFalse();
        assertThat(feed.put(
                                "User/bob",
                                "{\"attrs\":{\"name\":\"bob\",\"person\":\"bob\",\"level\":3},"
                                        + "\"parents\":[{\"type\":\"Group\",\"id\":\"readers\"}]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(feed.put("Doc/d1", "{\"attrs\":{\"secrecy\":3}}").statusCode())
                .isEqualTo(200);
        assertThat(may(deployment, "bob", "read", "d1")).isTrue();
        assertThat(may(deployment, "bob", "write", "d1")).isTrue();
        assertThat(may(deployment, "alice", "write", "d1")).isFalse();

        deployment.server.close();
        try (var again = Countersign.start(deployment.settings, deployment.clock)) {
            assertThat(again.port()).isEqualTo(deployment.issuer.getPort());
            assertThat(may(deployment, "alice", "read", "d1")).isTrue();
            assertThat(may(deployment, "bob", "write", "d1")).isTrue();
            assertThat(json(feed.get("/User/bob")).at("/attrs/level").intValue())
                    .isEqualTo(3);
            assertThat(feed.delete("User/bob").statusCode()).isEqualTo(200);
            assertThat(may(deployment, "bob", "read", "d1")).isFalse();
            assertThat(feed.get("/User/bob").statusCode()).isEqualTo(404);
            assertThat(feed.delete("User/bob").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void sourcesDoNotWipeEachOther() {
        assertThat(feed.replace("?source=hr", user("alice", "", "readers"), READERS)
                        .statusCode())
                .isEqualTo(200);
        assertThat(feed.replace("?source=dms", entity("Folder", "archive", ""), entity("Doc", "d1", "", "archive"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(may(deployment, "bob", "read", "d1")).isTrue();
        assertThat(feed.replace("?source=dms", entity("Doc", "d1", "\"secrecy\":1"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(may(deployment, "bob", "read", "d1")).isFalse();
        assertThat(may(deployment, "alice", "read", "d1")).isTrue();
        refused(feed.replace("?source=dms", user("zoe", ""), user("alice", "")), 400, 2, "/uid");
        refused(feed.patch("?source=dms", user("alice", "")), 409, 1, "/uid");
        assertThat(feed.patch("", user("alice", "")).statusCode()).isEqualTo(200); // stays hr's
        assertThat(json(feed.get("?source=hr")).get("sources").toString()).isEqualTo("{\"dms\":1,\"hr\":2}");
        assertThat(json(feed.replace("", user("carol", ""))).get("sources").toString())
                .isEqualTo("{\"default\":1}");
        assertThat(may(deployment, "alice", "read", "d1")).isFalse();
    }

    @Test
    void whatDoesNotFitTheSchemaIsRefusedWithLineAndPointer() {
        assertThat(feed.replace("", READERS, user("alice", "", "readers")).statusCode())
                .isEqualTo(200);
        refused(feed.replace("", READERS, entity("User", "bob", "\"name\":\"bob\"")), 400, 2, "/attrs/person");
        refused(feed.replace("", user("bob", ",\"level\":\"high\"")), 400, 1, "/attrs/level");
        refused(feed.replace("", user("bob", ",\"shoe\":43")), 400, 1, "/attrs/shoe");
        refused(feed.replace("", entity("Ghost", "g", "")), 400, 1, "");
        refused(feed.replace("", entity("Folder", "f", ""), entity("Action", "read", "")), 400, 2, "/uid");
        refused(feed.replace("", "{\"uid\":{\"type\":\"User\"}}"), 400, 1, "/uid/id");
        refused(feed.replace("", user("bob", ",\"level\":1.5")), 400, 1, "/attrs/level");
        refused(feed.replace("", user("bob", ""), user("bob", "")), 400, 2, "/uid");
        refused(feed.replace("", READERS, "", READERS), 400, 2, null);
        refused(feed.replace("", "{\"uid\":{\"type\":\"Doc\",\"id\":\"d\"},\"owner\":1}"), 400, 1, "/owner");
        refused(feed.patch("", READERS, user("bob", ",\"level\":\"high\"")), 400, 2, "/attrs/level");
        refused(feed.put("User/bob", "{\"attrs\":{}}"), 400, null, "/attrs/name");
        refused(feed.put("User/bob", "{\"uid\":{\"type\":\"User\",\"id\":\"x\"}}"), 400, null, "/uid");
        var inNoGroup =
                "{\"uid\":{\"type\":\"Doc\",\"id\":\"d\"},\"parents\":[{\"type\":\"Group\",\"id\":\"readers\"}]}";
        refused(feed.replace("", READERS, inNoGroup), 400, 2, "/parents");
        assertThat(may(deployment, "alice", "read", "d1")).as("all or nothing").isTrue();
        assertThat(json(feed.get("")).get("entities").intValue()).isEqualTo(2);
    }

    @Test
    void parentsExistAndNothingIsInItself() {
        refused(feed.replace("", user("alice", "", "readers", "nowhere"), READERS), 400, 1, "/parents/1");
        refused(
                feed.replace(
                        "",
                        entity("Group", "a", "", "b"),
                        entity("Group", "b", "", "c"),
                        entity("Group", "c", "", "a")),
                400,
                1,
                "/parents/0");
        refused(feed.replace("", entity("Group", "a", "", "a")), 400, 1, "/parents/0");
        assertThat(feed.replace("", entity("Group", "a", ""), entity("Group", "b", "", "a"))
                        .statusCode())
                .isEqualTo(200);
        var above = "\"parents\":[{\"type\":\"Group\",\"id\":\"b\"}]";
        refused(feed.put("Group/a", "{" + above + "}"), 400, null, "/parents/0");
        refused(feed.put("Group/c", "{\"parents\":[{\"type\":\"Group\",\"id\":\"x\"}]}"), 400, null, "/parents/0");
        refused(feed.delete("Group/a"), 409, null, null);
        refused(feed.replace("?source=other", entity("Group", "d", "", "e")), 400, 1, "/parents/0");
        assertThat(feed.replace("?source=other", entity("Group", "d", "", "b")).statusCode())
                .isEqualTo(200);
        refused(feed.replace("?source=default", entity("Group", "a", "")), 409, null, null); // d would be in nothing
        assertThat(feed.patch("", entity("Group", "e", "", "d"), entity("Group", "f", "", "e"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(feed.delete("Group/f").statusCode()).isEqualTo(200);
    }

    @Test
    void groupsAreNestedToALimit() {
        var chain = new ArrayList<String>();
        for (var i = 0; i <= 256; i++) {
            chain.add(i == 0 ? entity("Group", "g0", "") : entity("Group", "g" + i, "", "g" + (i - 1)));
        }
        var lines = chain.toArray(String[]::new);
        assertThat(feed.replace("", lines).statusCode()).isEqualTo(200);
        refused(
                feed.put("Group/g257", "{\"parents\":[{\"type\":\"Group\",\"id\":\"g256\"}]}"),
                400,
                null,
                "/parents/0");
        chain.add(entity("Group", "g257", "", "g256"));
        refused(feed.replace("", chain.toArray(String[]::new)), 400, 258, "/parents/0");
        assertThat(feed.put("Group/top", "{}").statusCode()).isEqualTo(200);
        refused(feed.put("Group/g0", "{\"parents\":[{\"type\":\"Group\",\"id\":\"top\"}]}"), 409, null, null);
    }

    @Test
    void everyEntityIsListedOncePageByPage() {
        var lines = new ArrayList<String>();
        for (var i = 0; i < 25; i++) {
            lines.add(entity("Doc", "Größe \uD83D\uDE00 " + i, ""));
        }
        assertThat(feed.replace("?source=a", lines.toArray(String[]::new)).statusCode())
                .isEqualTo(200);
        assertThat(feed.replace("?source=b", user("alice", ""), entity("Doc", "Zz", ""), entity("Doc", "z", ""))
                        .statusCode())
                .isEqualTo(200);
        var seen = new ArrayList<String>();
        var next = "";
        do {
            var page = json(feed.get("?type=Doc&limit=7" + next));
            page.get("page").forEach(each -> seen.add(each.at("/uid/id").stringValue()));
            next = page.has("next") ? "&after=" + page.get("next").stringValue() : "";
        } while (!next.isEmpty());
        assertThat(seen).hasSize(27).doesNotHaveDuplicates().isSorted();
        assertThat(json(feed.get("?limit=1000")).get("page")).hasSize(28);
        refused(feed.get("?limit=0"), 400, null, null);
        refused(feed.get("?limit=1001"), 400, null, null);
        refused(feed.get("?after=x"), 400, null, null);
        refused(feed.get("?source=UPPER"), 400, null, null);
    }

    @Test
    void anIdMayHoldASlash() {
        assertThat(feed.put("Doc/a%2Fb%20c", "{}").statusCode()).isEqualTo(200);
        assertThat(json(feed.get("/Doc/a%2Fb%20c")).at("/uid/id").stringValue()).isEqualTo("a/b c");
    }

    @Test
    void onlyWhoHasTheRightMayAndItIsRecorded() {
        for (var method : new String[] {"GET", "PUT", "PATCH"}) {
            var asBank = feed.send(
                    method,
                    "/entities",
                    "application/x-ndjson",
                    BodyPublishers.ofString(READERS),
                    TestDeployment.BANK_KEY);
            assertThat(asBank.statusCode()).isEqualTo(403);
            var unknown =
                    feed.send(method, "/entities", "application/x-ndjson", BodyPublishers.ofString(READERS), "nobody");
            assertThat(unknown.statusCode()).isEqualTo(401);
        }
        refused(feed.send("PUT", "/entities", "application/json", READERS), 415, null, null);
        assertThat(feed.replace("?source=hr", READERS).statusCode()).isEqualTo(200);
        assertThat(feed.put("User/alice", "{\"attrs\":{\"name\":\"a\",\"person\":\"a\"}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(feed.delete("User/alice").statusCode()).isEqualTo(200);
        assertThat(deployment.evidenceOf("entities.replaced"))
                .singleElement()
                .satisfies(entry -> assertThat(entry)
                        .contains(
                                "\"subject\":\"hr\"",
                                "\"enforcement_point\":\"feed\"",
                                "\"entities\":1",
                                "\"version\":1")
                        .contains(dev.countersign.key.Sha256.hex(READERS)));
        assertThat(deployment.evidenceOf("entity.changed"))
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry)
                        .contains("\"subject\":\"User::\\\"alice\\\"\"", "\"enforcement_point\":\"feed\""));
    }

    @Test
    void sourcesAndParentsAndLinesAreLimited() {
        for (var i = 0; i < 16; i++) {
            assertThat(feed.replace("?source=s" + i, entity("Doc", "d" + i, "")).statusCode())
                    .isEqualTo(200);
        }
        refused(feed.replace("?source=s16", entity("Doc", "d16", "")), 409, null, null);
        refused(feed.patch("?source=s16", entity("Doc", "d16", "")), 409, null, null);
        var groups = new ArrayList<String>();
        var unique = new HashSet<String>();
        for (var i = 0; i <= 500; i++) {
            unique.add("g" + i);
        }
        groups.addAll(unique);
        refused(feed.replace("", user("alice", "", groups.toArray(String[]::new))), 400, 1, "/parents");
        refused(feed.replace("", READERS, user("alice", ",\"city\":\"" + "x".repeat(256 * 1024) + "\"")), 413, 2, null);
        refused(feed.replace("", entity("Doc", "d".repeat(513), "")), 400, 1, "/uid/id");
        var many = new ArrayList<String>();
        for (var i = 0; i <= 10_000; i++) {
            many.add(entity("Doc", "m" + i, ""));
        }
        refused(feed.patch("", many.toArray(String[]::new)), 413, 10_001, null);
        assertThat(json(feed.get("")).get("entities").intValue()).isEqualTo(16);
    }

    private static void refused(
            HttpResponse<String> answer, int status, @Nullable Integer line, @Nullable String pointer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var problem = json(answer);
        assertThat(problem.get("type").stringValue()).startsWith("urn:countersign:problem:");
        if (line != null) {
            assertThat(problem.path("line").intValue()).as(answer.body()).isEqualTo(line);
        }
        if (pointer != null) {
            assertThat(problem.path("pointer").stringValue()).as(answer.body()).isEqualTo(pointer);
        }
    }
}
