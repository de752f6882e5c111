package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edge cases of Cedar's types and operators (Cedar reference, "Operators and functions"). */
final class CedarSemanticsTest {
    private static final Entities ENTITIES = Entities.of(List.of(
            new Entity(
                    Sets.ALICE,
                    RecordValue.builder().put("name", "alice").put("level", 3).build(),
                    Set.of(new EntityUid("Group", "treasury")),
                    RecordValue.builder().put("region", "north").build()),
            Entity.of(new EntityUid("Group", "treasury"), Set.of(new EntityUid("Group", "staff")))));

    private static Evaluation evaluate(String condition) throws PolicyLoadException {
        var set = PolicySet.parseUnvalidated(new PolicySource(
                Map.of("t.cedar", "permit (principal, action, resource) when { " + condition + " };")));
        return set.evaluate(Sets.transfer(RecordValue.builder().put("n", 1).build()), ENTITIES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // long
                "9223372036854775806 + context.n == 9223372036854775807",
                "-9223372036854775808 < 0",
                "-9223372036854775807 - context.n == -9223372036854775808",
                // decimal: four digits, 64-bit count of ten-thousandths
                "decimal(\"922337203685477.5807\").greaterThan(decimal(\"922337203685477.5806\"))",
                "decimal(\"-922337203685477.5808\").lessThan(decimal(\"-0.0001\"))",
                "decimal(\"1.0\") == decimal(\"1.0000\")",
                "decimal(\"-0.5\").lessThan(decimal(\"0.0\"))",
                "decimal(\"10000.00\").greaterThanOrEqual(decimal(\"10000.0000\"))",
                // ip
                "ip(\"10.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))",
                "!ip(\"11.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))",
                "ip(\"10.0.0.0/24\").isInRange(ip(\"10.0.0.0/24\"))",
                "!ip(\"10.0.0.0/8\").isInRange(ip(\"10.0.0.0/24\"))",
                "ip(\"::1\").isLoopback() && ip(\"127.0.0.1\").isLoopback() && !ip(\"::2\").isLoopback()",
                "ip(\"ff02::1\").isMulticast() && ip(\"224.0.0.1\").isMulticast()",
                "ip(\"1:2:3:4:5:6:7::\").isIpv6()",
                "ip(\"::\").isInRange(ip(\"::/0\"))",
                "!ip(\"::1\").isInRange(ip(\"0.0.0.0/0\"))",
                "ip(\"10.0.0.1\") == ip(\"10.0.0.1/32\")",
                "ip(\"10.0.0.1/24\") != ip(\"10.0.0.2/24\")",
                // datetime and duration
                "datetime(\"1970-01-01\").offset(duration(\"1d2h3m4s5ms\")) == datetime(\"1970-01-02T02:03:04.005Z\")",
                "datetime(\"2024-02-29T23:59:59Z\").toDate() == datetime(\"2024-02-29\")",
                "datetime(\"1969-12-31T23:00:00Z\").toDate() == datetime(\"1969-12-31\")",
                "datetime(\"1969-12-31T23:00:00Z\").toTime() == duration(\"23h\")",
                "datetime(\"2024-01-01T00:00:00+0100\") == datetime(\"2023-12-31T23:00:00Z\")",
                "datetime(\"2024-01-02\").durationSince(datetime(\"2024-01-01\")).toHours() == 24",
                "duration(\"-90m\").toHours() == -1",
                "duration(\"1h\") == duration(\"60m\") && duration(\"-1s\") < duration(\"0ms\")",
                "datetime(\"2024-01-01\") < datetime(\"2024-01-02\")",
                // like
                "\"hello\" like \"h*o\" && \"\" like \"*\" && !(\"\" like \"?\")",
                "\"a*b\" like \"a\\*b\" && !(\"axb\" like \"a\\*b\")",
                "\"aXbXc\" like \"a*b*c\" && !(\"ab\" like \"ab*b\")",
                "!(\"aab\" like \"a*ab*ab\")",
                // has, attributes, tags
                "principal has name && !(principal has owner) && !(User::\"nobody\" has name)",
                "principal.level == 3 && {a: {b: 1}}.a.b == 1",
                "principal.hasTag(\"region\") && principal.getTag(\"region\") == \"north\" && !principal.hasTag(\"x\")",
                "!User::\"nobody\".hasTag(\"region\")",
                // in
                "principal in Group::\"staff\" && principal in [Group::\"x\", Group::\"treasury\"]",
                "!(principal in []) && principal in principal && User::\"nobody\" in User::\"nobody\"",
                "principal is User && !(principal is Group) && principal is User in Group::\"staff\"",
                // sets, equality across types
                "[1, 2, 2] == [2, 1] && [1, [2]].contains([2]) && [].isEmpty()",
                "[1, 2, 3].containsAll([3, 1]) && [1, 2].containsAny([5, 2]) && ![1].containsAny([])",
                "[1].containsAll([]) && 1 != \"1\" && {a: 1} == {a: 1}",
                // short circuits
                "true || (1 + \"a\" == 2)",
                "!(false && (1 + \"a\" == 2))",
                "if true then true else 1 + \"a\" == 2",
            })
    void isTrue(String condition) throws PolicyLoadException {
        var evaluation = evaluate(condition);
        assertThat(evaluation.errors()).isEmpty();
        assertThat(evaluation.isAllowed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807 + context.n > 0",
                "-9223372036854775807 - 2 < context.n",
                "9223372036854775807 * 2 > context.n",
                "-(-9223372036854775807 - context.n) > 0",
                "decimal(\"1\") == decimal(\"1.0\")",
                "decimal(\"1.00000\") == decimal(\"1.0\")",
                "decimal(\"922337203685477.5808\") == decimal(\"1.0\")",
                "decimal(\"1e3\") == decimal(\"1.0\")",
                "decimal(\"+1.0\") == decimal(\"1.0\")",
                "decimal(\" 1.0\") == decimal(\"1.0\")",
                "ip(\"10.0.0.256\").isIpv4()",
                "ip(\"010.0.0.1\").isIpv4()",
                "ip(\"1.2.3\").isIpv4()",
                "ip(\"1.2.3.4.5\").isIpv4()",
                "ip(\"1..3.4\").isIpv4()",
                "ip(\"1.2.3.\").isIpv4()",
                "ip(\".1.2.3\").isIpv4()",
                "ip(\"1.2.3.1000\").isIpv4()",
                "ip(\"1.2.3.-4\").isIpv4()",
                "ip(\"10.0.0.1/\").isIpv4()",
                "ip(\"10.0.0.1/33\").isIpv4()",
                "ip(\"10.0.0.1/08\").isIpv4()",
                "ip(\"::ffff:1.2.3.4\").isIpv6()",
                "ip(\"1::2::3\").isIpv6()",
                "ip(\":::\").isIpv6()",
                "ip(\"\").isIpv4()",
                "datetime(\"2023-02-29\") == datetime(\"2023-03-01\")",
                "datetime(\"2024-01-01T24:00:00Z\") == datetime(\"2024-01-02\")",
                "datetime(\"2024-01-01T00:00:60Z\") == datetime(\"2024-01-02\")",
                "datetime(\"2024-01-01T00:00:00\") == datetime(\"2024-01-01\")",
                "datetime(\"2024-1-1\") == datetime(\"2024-01-01\")",
                "duration(\"\") == duration(\"0s\")",
                "duration(\"1m1h\") == duration(\"0s\")",
                "duration(\"1.5h\") == duration(\"0s\")",
                "duration(\"9223372036854775808ms\") == duration(\"0s\")",
                "duration(\"106751991168d\") == duration(\"0s\")",
                "principal.owner == \"x\"",
                "User::\"nobody\".name == \"x\"",
                "principal.getTag(\"x\") == \"y\"",
                "{a: 1}.b == 1",
                "1 < \"2\"",
                "decimal(\"1.0\") < decimal(\"2.0\")",
                "datetime(\"2024-01-01\") < duration(\"1d\")",
                "1 && true",
                "false || 1",
                "if 1 then true else false",
                "principal in [1]",
                "principal in [Group::\"staff\", 1]",
                "1 in principal",
                "[1].containsAll(1)",
                "1 like \"*\"",
            })
    void isAnError(String condition) throws PolicyLoadException {
        var evaluation = evaluate(condition);
        assertThat(evaluation.errors()).hasSize(1);
        assertThat(evaluation.isAllowed()).isFalse();
    }

    @Test
    void anActionIsInTheGroupsThatTheSchemaGivesIt() {
        var set = Sets.of("permit (principal, action in Action::\"write\", resource);");
        assertThat(set.evaluate(Sets.transfer(RecordValue.EMPTY)).isAllowed()).isTrue();
        var read = new Request(Sets.ALICE, new EntityUid("Action", "other"), Sets.ACCOUNT, RecordValue.EMPTY);
        assertThat(set.evaluate(read).isAllowed()).isFalse();
    }

    @Test
    void aPolicyFiledUnderSeveralGroupsOfOnePrincipalIsFoundOnce() {
        var set = Sets.of("""
                permit (principal in Group::"treasury", action, resource);
                permit (principal in Group::"staff", action, resource);
                forbid (principal in Group::"x", action, resource);
                permit (principal == User::"alice", action in [Action::"write", Action::"transfer"], resource);
                permit (principal == User::"bob", action, resource);
                """);
        var found = set.evaluate(
                Sets.transfer(RecordValue.EMPTY),
                set.entities()
                        .with(List.of(Entity.of(
                                Sets.ALICE,
                                Set.of(new EntityUid("Group", "treasury"), new EntityUid("Group", "staff"))))));
        assertThat(found.permits()).extracting(Policy::id).containsExactly("policy0", "policy1", "policy3");
        assertThat(found.forbids()).isEmpty();
    }

    @Test
    void equalConditionsOfManyPoliciesStayApartWhereTheyDiffer() {
        var set = Sets.of("""
                permit (principal, action, resource) when { context has n && context.n == 1 };
                permit (principal, action, resource) when { context has n && context.n == 2 };
                permit (principal, action, resource) when { context has n && context.n == 1 } unless { context has text };
                """);
        var found = set.evaluate(Sets.transfer(RecordValue.builder().put("n", 1).build()));
        assertThat(found.permits()).extracting(Policy::id).containsExactly("policy0", "policy2");
    }
}
