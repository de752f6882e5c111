package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy diff} as it is typed. */
final class DiffCommandTest {
    private static final String REQUEST =
            "{\"principal\":\"User::\\\"alice\\\"\",\"action\":\"read\",\"resource\":\"Account::\\\"a1\\\"\",\"context\":{\"n\":5},"
                    + "\"entities\":[{\"uid\":{\"type\":\"User\",\"id\":\"alice\"},\"attrs\":{\"name\":\"alice\"}},"
                    + "{\"uid\":{\"type\":\"Account\",\"id\":\"a1\"},\"attrs\":{\"owner\":\"alice\"}}]}";

    @TempDir
    Path temporary;

    private PolicyFolder old;
    private PolicyFolder young;

    @BeforeEach
    void create() {
        old = new PolicyFolder(temporary.resolve("old"));
        young = new PolicyFolder(temporary.resolve("new"));
    }

    @Test
    void layoutCommentsFilesAndOrderAreNoDifference() {
        young.write("bank.cedar", "// nothing");
        var policies = PolicyFolder.POLICIES.split("\n\n", -1);
        young.write("b.cedar", "// moved\n" + policies[1].replace(" forbid", "\n\nforbid"));
        young.write("c.cedar", policies[0].replace("resource has owner", "resource   has // owner\n  owner"));
        assertThat(old.run("diff", old.path, young.path)).as(old.out()).isZero();
        assertThat(old.out()).isEqualTo("The policy sets mean the same.\nrequests: 0 asked, 0 answered otherwise\n");
    }

    @Test
    void whatDiffersIsToldByPolicyAndPart() {
        young.write(
                "bank.cedar",
                PolicyFolder.POLICIES
                                .replace("context.n < 5", "context.n < 9")
                                .replace("@require(\"proof\")", "@require(\"signature\")")
                        + "@id(\"more\") permit (principal, action == Action::\"write\", resource);");
        young.write(
                "bank.cedarschema",
                PolicyFolder.SCHEMA.replace("owner?: String", "owner?: String, limit?: Long") + "entity Key;");
        young.write("entities.json", "[{\"uid\":{\"type\":\"Group\",\"id\":\"audit\"},\"attrs\":{},\"parents\":[]}]");
        assertThat(old.run("diff", old.path, young.path)).isEqualTo(1);
        assertThat(old.out()).isEqualTo("""
                policies
                  ~ bound  (bank.cedar:5)
                      @require
                        was  proof
                        is   signature
                  + more  (bank.cedar:7)
                  ~ owner-reads  (bank.cedar:1)
                      conditions
                        was  when { resource has owner && resource.owner == principal.name && context.n < 5 }
                        is   when { resource has owner && resource.owner == principal.name && context.n < 9 }
                schema
                  ~ entity Account
                  + entity Key
                entities
                  + Group::"audit"
                requests: 0 asked, 0 answered otherwise
                """);
        assertThat(old.run("diff", young.path, old.path, "--json")).isEqualTo(1);
        var json = Json.MAPPER.readTree(old.out());
        assertThat(json.get("policies").get(1))
                .hasToString("{\"kind\":\"removed\",\"id\":\"more\",\"file\":\"bank.cedar\",\"line\":7,\"parts\":[]}");
        assertThat(json.get("schema").get(1)).hasToString("{\"kind\":\"removed\",\"name\":\"entity Key\"}");
    }

    @Test
    void policiesWithoutAnIdAreMatchedByWhatTheySay() {
        old.write("a.cedar", "permit (principal, action == Action::\"write\", resource);");
        young.write(
                "a.cedar",
                "forbid (principal, action == Action::\"write\", resource);\npermit (principal, action == Action::\"write\", resource);");
        old.run("diff", old.path, young.path);
        assertThat(old.out()).startsWith("policies\n  + policy0  (a.cedar:1)\nrequests");
    }

    @Test
    void requestsThatGetAnotherAnswerAreTold() {
        young.write("bank.cedar", PolicyFolder.POLICIES.replace("context.n < 5", "context.n < 9"));
        young.write("bank.test.yaml", """
                - name: five reads
                  principal: User::"alice"
                  action: read
                  resource: Account::"a1"
                  context: { n: 5 }
                  entities:
                    - { uid: User::"alice", attrs: { name: alice } }
                    - { uid: Account::"a1", attrs: { owner: alice } }
                  satisfied: [proof]
                  expect: permit
                """);
        var recorded = "{\"request\":" + REQUEST
                + ",\"answered\":{\"requirements\":[{\"kind\":\"proof\",\"satisfied\":true}]}}";
        var requests = old.write(
                "requests.ndjson", REQUEST + "\n\n" + recorded + "\n" + REQUEST.replace("\"n\":5", "\"n\":4") + "\n");
        assertThat(old.run("diff", old.path, young.path, "--requests", requests))
                .isEqualTo(1);
        assertThat(old.out()).endsWith("""
                requests: 4 asked, 3 answered otherwise
                  bank.test.yaml:1  five reads
                    was  deny, no_permit
                    is   permit, by owner-reads
                  %1$s:1  User::"alice" Action::"read" Account::"a1"
                    was  deny, no_permit
                    is   open, proof_required, by bound; open: a session bound to a key
                  %1$s:3  User::"alice" Action::"read" Account::"a1"
                    was  deny, no_permit
                    is   permit, by owner-reads
                """.formatted(requests));
    }

    @Test
    void whatCannotBeReadIsToldWithItsLine() {
        var requests = old.write("requests.ndjson", REQUEST + "\n{}\n");
        assertThat(old.run("diff", old.path, young.path, "--requests", requests))
                .isEqualTo(2);
        assertThat(old.err()).contains("requests.ndjson:2: /principal: missing");
        old.write("requests.ndjson", "{\n");
        assertThat(old.run("diff", old.path, young.path, "--requests", requests))
                .isEqualTo(2);
        assertThat(old.err()).contains("requests.ndjson:1: not valid JSON");
        old.write("requests.ndjson", "x".repeat(RequestLines.MAX_LINE + 1));
        assertThat(old.run("diff", old.path, young.path, "--requests", requests))
                .isEqualTo(2);
        assertThat(old.err()).contains("requests.ndjson:1: longer than");
        young.write("bank.cedar", "permit");
        assertThat(old.run("diff", old.path, young.path)).isEqualTo(2);
    }

    @Test
    void manyChangesAreCountedAndAFewTold() {
        young.write("bank.cedar", PolicyFolder.POLICIES.replace("context.n < 5", "context.n < 9"));
        var requests = old.write("requests.ndjson", (REQUEST + "\n").repeat(AnswerChanges.MAX_TOLD + 7));
        old.run("diff", old.path, young.path, "--requests", requests);
        assertThat(old.out()).contains("107 asked, 107 answered otherwise").endsWith("  and 7 more\n");
    }
}
