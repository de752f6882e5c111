package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Claims of a login become attributes and groups as {@code claims.yaml} says, and nothing else of them is kept. */
final class ClaimMappingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SCHEMA = """
            entity Role; entity Group in [Group];
            entity User in [Role, Group] = {
                name: String, department?: String, clearance?: Long, limit?: decimal,
                admin?: Bool, sites?: Set<String>, badge: Long,
            };
            entity Doc;
            action "read" appliesTo { principal: [User], resource: [Doc], context: {} };
            """;

    @Test
    void claimsBecomeAttributesAndGroups() throws Exception {
        var mapping = mapping("""
                principal:
                  department: {claim: department, type: String}
                  clearance: {claim: 'org.clearance', type: Long}
                  limit: {claim: limit, type: decimal}
                  admin: {claim: admin, type: Boolean}
                  sites: {claim: "/https:~1~1corp.example~1sites", type: Set<String>}
                  roles: {claim: realm_access.roles, groups: Role}
                """);
        var mapped = mapping.map(JSON.readTree("""
                {"department":"sales","org":{"clearance":3},"limit":"10.50","admin":true,"secret":"x",
                 "https://corp.example/sites":["bonn","rome"],"realm_access":{"roles":["teller","auditor"]}}"""));
        assertThat(mapped.attributes())
                .isEqualTo(RecordValue.builder()
                        .put("department", "sales")
                        .put("clearance", 3)
                        .put("limit", DecimalValue.parse("10.50"))
                        .put("admin", true)
                        .put("sites", SetValue.ofStrings(List.of("bonn", "rome")))
                        .build());
        assertThat(mapped.groups())
                .containsExactlyInAnyOrder(new EntityUid("Role", "teller"), new EntityUid("Role", "auditor"));
        assertThat(mapped.json()).doesNotContain("secret");
        assertThat(MappedClaims.parse(mapped.json())).isEqualTo(mapped);
        assertThat(mapping.stillMapped(mapped).attributes()).isEqualTo(mapped.attributes());
        assertThat(mapping.map(JSON.readTree("{\"department\":null}"))).isEqualTo(MappedClaims.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "department: {claim: a, type: String}   | {'a':1}",
                "department: {claim: a, type: String}   | {'a':'\\u0007'}",
                "clearance: {claim: a, type: Long}      | {'a':1.5}",
                "clearance: {claim: a, type: Long}      | {'a':99999999999999999999}",
                "admin: {claim: a, type: Bool}          | {'a':'true'}",
                "limit: {claim: a, type: decimal}       | {'a':1.5}",
                "limit: {claim: a, type: decimal}       | {'a':'much'}",
                "'sites: {claim: a, type: Set<String>}' | {'a':[1]}",
                "roles: {claim: a, groups: Role}        | {'a':{'b':'c'}}",
                "roles: {claim: a, groups: Role}        | {'a':['']}",
            })
    void aClaimThatIsNotOfItsTypeIsRefused(String rule, String claims) throws Exception {
        var mapping = mapping("principal:\n  " + rule.replace("'", "") + "\n");
        assertThatThrownBy(() -> mapping.map(JSON.readTree(claims.replace('\'', '"'))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("claim a ");
    }

    @Test
    void whatIsKeptIsLimited() throws Exception {
        var mapping = mapping("principal:\n  roles: {claim: a, groups: Role}\n");
        var names = new ArrayList<String>();
        for (var i = 0; i < 500; i++) {
            names.add("\"r" + i + "\"");
        }
        assertThatThrownBy(() -> mapping.map(JSON.readTree("{\"a\":[" + String.join(",", names) + "]}")))
                .hasMessageContaining("longer than 8192");
        names.add("\"r500\"");
        assertThatThrownBy(() -> mapping.map(JSON.readTree("{\"a\":[" + String.join(",", names) + "]}")))
                .hasMessageContaining("at most 500 groups");
    }

    @Test
    void whatIsMappedNoMoreIsGoneAtOnce() throws Exception {
        var kept = mapping("""
                principal:
                  department: {claim: d, type: String}
                  clearance: {claim: c, type: Long}
                  roles: {claim: r, groups: Role}
                """).map(JSON.readTree("{\"d\":\"sales\",\"c\":3,\"r\":\"teller\"}"));
        var later =
                mapping("principal:\n  clearance: {claim: level, type: Long}\n").stillMapped(kept);
        assertThat(later.attributes())
                .isEqualTo(RecordValue.builder().put("clearance", 3).build());
        assertThat(later.groups()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "principal:\\n  shoe: {claim: a, type: Long}            | 2 | no such attribute",
                "principal:\\n  department: {claim: a, type: Long}      | 2 | the schema says String",
                "principal:\\n  badge: {claim: a, type: Long}           | 2 | requires it",
                "principal:\\n  limit: {claim: a, type: duration}       | 2 | no type that a claim can have",
                "principal:\\n  roles: {claim: a, groups: Doc}          | 2 | does not let a User be in Doc",
                "principal:\\n  roles: {claim: a, groups: Nothing}      | 2 | does not let a User be in Nothing",
                "principal:\\n  roles: {claim: a}                       | 2 | expected",
                "principal:\\n  roles: {claim: a, groups: Role, x: 1}   | 2 | expected",
                "principal:\\n  roles: {claim: a..b, groups: Role}      | 2 | names no claim",
                "principal:\\n  roles: {claim: a.b.c.d.e.f.g.h.i, groups: Role} | 2 | names no claim",
                "subject: {}                                            | 0 | expected one member",
                "principal:\\n  roles: [                                | 2 | not YAML",
            })
    void aMappingThatDoesNotFitTheSchemaIsRefusedWithItsLine(String yaml, int line, String reason) {
        assertThatThrownBy(() -> mapping(yaml.replace("\\n", "\n")))
                .isInstanceOfSatisfying(PolicyLoadException.class, e -> {
                    var fault = e.faults().getFirst();
                    assertThat(fault.file()).isEqualTo("claims.yaml");
                    assertThat(fault.line()).as(fault.toString()).isGreaterThanOrEqualTo(line);
                    assertThat(fault.reason()).contains(reason);
                });
    }

    @Test
    void rulesAreLimitedAndTheMappingIsPartOfTheHash() throws Exception {
        var yaml = new StringBuilder("principal:\n");
        for (var i = 0; i <= ClaimMappingReader.MAX_RULES; i++) {
            yaml.append("  r").append(i).append(": {claim: a, groups: Role}\n");
        }
        assertThatThrownBy(() -> mapping(yaml.toString())).hasMessageContaining("more than 64 claims");
        var one = set("principal:\n  roles: {claim: a, groups: Role}\n");
        var other = set("principal:\n  roles: {claim: b, groups: Role}\n");
        assertThat(one.hash()).isNotEqualTo(other.hash());
    }

    /** Whatever stands in the file, it is read or refused. */
    @Property(tries = 300)
    void noFileBreaksTheLoader(@ForAll String text) throws Exception {
        try {
            mapping(text);
        } catch (PolicyLoadException refused) {
            assertThat(refused.faults()).isNotEmpty();
        }
    }

    private static ClaimMapping mapping(String yaml) throws PolicyLoadException {
        return set(yaml).claims();
    }

    private static PolicySet set(String yaml) throws PolicyLoadException {
        return PolicySet.parse(new PolicySource(Map.of(
                "set.cedar", "permit (principal, action, resource);", "set.cedarschema", SCHEMA, "claims.yaml", yaml)));
    }
}
