package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.policy.PolicySet;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code policy test} as it is typed. */
final class TestCommandTest {
    private static final String TESTS = """
            given:
              principal: User::"alice"
              action: read
              resource: Account::"a1"
              context: { n: 1, amount: decimal("1.50") }
              entities:
                - { uid: User::"alice", attrs: { name: alice } }
                - { uid: Account::"a1", attrs: { owner: alice } }
              satisfied: [proof]
            cases:
              - name: the owner reads
                expect: permit
              - name: a stranger does not
                entities: [{ uid: Account::"a1", attrs: { owner: bob } }]
                expect: { decision: deny, reason: no_permit, policies: [] }
              - name: unbound sessions are bound first
                context: { amount: null, from: ip("10.0.0.1"), who: User::"bob" }
                satisfied: []
                expect: { decision: open, reason: proof_required, policies: [bound], requirements: [proof] }
            """;

    @TempDir
    Path temporary;

    private PolicyFolder folder;

    @BeforeEach
    void create() {
        folder = new PolicyFolder(temporary);
    }

    @Test
    void passingCasesAreCounted() {
        folder.write("bank.test.yaml", TESTS);
        assertThat(folder.run("test", folder.path, "--require-coverage")).isZero();
        assertThat(folder.out()).isEqualTo("3 cases, all pass\n2 of 2 policies applied in some case\n");
    }

    @Test
    void theDemoBanksTestsPassAndTouchEveryPolicy() {
        assertThat(folder.run("test", Path.of("..", "policies", "bank"), "--require-coverage"))
                .as(folder.out())
                .isZero();
    }

    @Test
    void aFailingCaseIsToldWithWhatWasExpectedAndWhy() {
        folder.write("more/bank.test.yaml", TESTS.replace("n: 1,", "n: 7,"));
        assertThat(folder.run("test", folder.path)).isEqualTo(1);
        assertThat(folder.out())
                .startsWith("""
                        FAIL  more/bank.test.yaml:11  the owner reads
                          expected  permit
                          got       deny, no_permit

                            DENY: no policy permits this
                        """)
                .contains("FALSE  context.n < 5")
                .contains("  expected  open, proof_required, by bound, open: proof\n")
                .endsWith("3 cases, 2 FAIL\n1 of 2 policies applied in some case; in none: owner-reads\n");
    }

    @Test
    void coverageIsRequiredOnDemand() {
        folder.write("bank.test.yaml", TESTS);
        folder.write(
                "more.cedar",
                "@id(\"idle\") permit (principal, action == Action::\"write\", resource) when { context.n > 100 };");
        assertThat(folder.run("test", folder.path)).isZero();
        assertThat(folder.out()).contains("2 of 3 policies applied in some case; in none: idle");
        assertThat(folder.run("test", folder.path, "--require-coverage")).isEqualTo(1);
    }

    @Test
    void resultsAreToldAsJson() {
        folder.write("bank.test.yaml", TESTS.replace("expect: permit", "expect: { decision: deny, policies: [x] }"));
        assertThat(folder.run("test", folder.path, "--json")).isEqualTo(1);
        var json = Json.MAPPER.readTree(folder.out());
        assertThat(json.get("ok").booleanValue()).isFalse();
        assertThat(json.get("cases").intValue()).isEqualTo(3);
        assertThat(json.get("passed").intValue()).isEqualTo(2);
        var failed = json.get("failed").get(0);
        assertThat(failed.get("line").intValue()).isEqualTo(11);
        assertThat(failed.get("expected")).hasToString("{\"decision\":\"deny\",\"policies\":[\"x\"]}");
        assertThat(failed.get("explanation").get("decision").stringValue()).isEqualTo("permit");
        assertThat(json.get("coverage")).hasToString("{\"policies\":2,\"untouched\":[]}");
    }

    @Test
    void testFilesAreNoPartOfThePolicySet() throws Exception {
        var before = PolicySet.load(folder.path).hash();
        folder.write("bank.test.yaml", TESTS);
        assertThat(PolicySet.load(folder.path).hash()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cases: 1 | a.test.yaml:1: /cases: expected a list of cases",
                "[{name: x, expect: permit, colour: red}] | a.test.yaml:1: /0/colour: unknown",
                "[{expect: permit}] | a.test.yaml:1: /0: a case needs a name",
                "[{name: x}] | a.test.yaml:1: /0/principal: missing",
                "[{name: x, principal: alice, action: read, resource: 'A::\"1\"', expect: permit}] | /0/principal: expected an entity like",
                "[{name: x, principal: 'A::\"1\"', action: read, resource: 'A::\"1\"', expect: maybe}] | /0/expect: a decision: permit, deny or open",
                "[{name: x, principal: 'A::\"1\"', action: read, resource: 'A::\"1\"', expect: permit, satisfied: [luck]}] | no such requirement: luck",
                "[{name: x, principal: 'A::\"1\"', action: read, resource: 'A::\"1\"', expect: permit, context: {a: 1.5}}] | /0/context/a: no Cedar value",
                "{given: {name: x}, cases: []} | /given/name: unknown",
                "{given: &a {action: read}, cases: [*a]} | a.test.yaml:1: an alias",
                "{cases: [], cases: []} | a.test.yaml:1: ",
                "[] | no cases in any *.test.yaml",
            })
    void whatCannotBeReadIsToldWithItsPlace(String yaml, String message) {
        folder.write("a.test.yaml", yaml);
        assertThat(folder.run("test", folder.path)).as(folder.out()).isEqualTo(2);
        assertThat(folder.err()).contains(message);
    }

    @Test
    void aLineIsNamedWhereItIs() {
        folder.write("a.test.yaml", TESTS.replace("amount: null", "amount: 1.5"));
        assertThat(folder.run("test", folder.path)).isEqualTo(2);
        assertThat(folder.err()).contains("a.test.yaml:17: /cases/2/context/amount: no Cedar value");
    }

    @Test
    void limitsAreHeld() throws Exception {
        var file = folder.write("a.test.yaml", "");
        try (var large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(YamlFile.MAX_BYTES + 1L);
        }
        assertThat(folder.run("test", folder.path)).isEqualTo(2);
        assertThat(folder.err()).contains("larger than");
        folder.write("a.test.yaml", "[".repeat(YamlFile.MAX_DEPTH + 1) + "]".repeat(YamlFile.MAX_DEPTH + 1));
        assertThat(folder.run("test", folder.path)).isEqualTo(2);
        assertThat(folder.err()).contains("nesting depth");
        var one = "- {name: x, principal: 'A::\"1\"', action: r, resource: 'A::\"1\"', expect: deny}\n";
        folder.write("a.test.yaml", one.repeat(PolicyCases.MAX_CASES + 1));
        assertThat(folder.run("test", folder.path)).isEqualTo(2);
        assertThat(folder.err()).contains("more than " + PolicyCases.MAX_CASES);
    }
}
