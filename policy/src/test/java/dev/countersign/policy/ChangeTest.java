package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which single change would have permitted a request: found by trying. */
final class ChangeTest {
    private static final RecordValue CONTEXT = RecordValue.builder()
            .put("n", 7)
            .put("text", "abc")
            .put("amount", DecimalValue.parse("2500.00"))
            .put("ip", IpValue.parse("203.0.113.7"))
            .put("at", DatetimeValue.parse("2026-11-24T20:00:00Z"))
            .put("words", SetValue.ofStrings(Set.of("a", "b")))
            .build();

    private static List<String> changes(String policies, RecordValue context, Entities entities) {
        return Sets.of(policies).explain(Sets.transfer(context), entities).changes().stream()
                .map(change -> change.what() + " = " + (change.isExample() ? "*" : change.to())
                        + (change.permits() ? "" : ", then open"))
                .toList();
    }

    private static List<String> changes(String condition) {
        return changes("permit (principal, action, resource) when { " + condition + " };", CONTEXT, Entities.EMPTY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "context.n < 5 | context.n = 4",
                "context.n <= 5 | context.n = 5",
                "context.n == 9 | context.n = 9",
                "context.n != 7 | context.n = 6",
                "context.n + 5 > 20 | context.n = 16",
                "context has amount && context.amount.lessThan(decimal(\"1000.00\")) | context.amount = decimal(\"999.9900\")",
                "context has text && context.text == \"x\" | context.text = \"x\"",
                "context has text && context.text != \"abc\" | context.text = *",
                "context has text && context.text like \"x*\" | context.text = \"x\"",
                "!(context has text) | context.text = null",
                "context has words && context.words.contains(\"c\") | context.words = [\"a\", \"b\", \"c\"]",
                "context has words && !context.words.contains(\"b\") | context.words = [\"a\"]",
                "context has words && context.words.isEmpty() | context.words = []",
                "context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\")) | context.ip = ip(\"10.0.0.0\")",
                "context has ip && !context.ip.isInRange(ip(\"203.0.113.0/24\")) | context.ip = ip(\"192.0.2.1\")",
                "context has at && context.at.toTime() < duration(\"18h\") | context.at = datetime(\"2026-11-24T17:59:59Z\")",
                "context has at && context.at.toTime().toHours() < 18 | context.at = datetime(\"2026-11-24T17:59:59Z\")",
                "context has at && context.at >= datetime(\"2026-11-25\") | context.at = datetime(\"2026-11-25T00:00:00Z\")",
            })
    void theNearestValueThatPermitsIsFound(String condition, String change) {
        assertThat(changes(condition)).first().isEqualTo(change);
    }

    @Test
    void ofAFewValuesEachIsTold() {
        assertThat(changes("context has text && [\"x\", \"y\"].contains(context.text)"))
                .containsExactly("context.text = \"x\"", "context.text = \"y\"");
    }

    @Test
    void whatTakesTwoChangesIsNotTold() {
        assertThat(changes("context.n == 1 && context has text && context.text == \"x\""))
                .isEmpty();
    }

    @Test
    void aPermitHasNothingToChange() {
        assertThat(changes("context.n == 7")).isEmpty();
    }

    @Test
    void aForbidIsAvoided() {
        var policies =
                "permit (principal, action, resource); forbid (principal, action, resource) when { context.n >= 5 };";
        assertThat(changes(policies, CONTEXT, Entities.EMPTY)).containsExactly("context.n = 4");
    }

    @Test
    void aChangeThatAnotherPolicyForbidsIsNotTold() {
        var policies =
                "permit (principal, action, resource) when { context.n < 5 }; forbid (principal, action, resource) unless { context.n > 5 };";
        assertThat(changes(policies, CONTEXT, Entities.EMPTY)).isEmpty();
    }

    @Test
    void whatLeavesARequirementOpenIsLabelled() {
        var policies =
                "permit (principal, action, resource) when { context.n < 5 }; @require(\"proof\") forbid (principal, action, resource);";
        assertThat(changes(policies, CONTEXT, Entities.EMPTY)).containsExactly("context.n = 4, then open");
    }

    @Test
    void anOpenRequirementIsAvoided() {
        var policies =
                "permit (principal, action, resource); @require(\"proof\") forbid (principal, action, resource) when { context.n >= 5 };";
        assertThat(changes(policies, CONTEXT, Entities.EMPTY)).containsExactly("context.n = 4");
    }

    @Test
    void whatIsMissingIsAdded() {
        var context = RecordValue.builder().put("n", 1).build();
        assertThat(changes(
                        "permit (principal, action, resource) when { context has text && context.text == \"x\" };",
                        context,
                        Entities.EMPTY))
                .containsExactly("context.text = \"x\"");
        assertThat(changes("permit (principal, action, resource) when { context has ip };", context, Entities.EMPTY))
                .containsExactly("context.ip = *");
    }

    @Test
    void aGroupThatAHeadOrAConditionNamesIsJoinedOrLeft() {
        assertThat(changes("permit (principal in Group::\"a\", action, resource);", CONTEXT, Entities.EMPTY))
                .containsExactly("principal in Group::\"a\" = true");
        assertThat(changes("permit (principal, action, resource in Account::\"all\");", CONTEXT, Entities.EMPTY))
                .containsExactly("resource in Account::\"all\" = true");
        assertThat(changes("principal in [Group::\"a\", Group::\"b\"]"))
                .containsExactly("principal in Group::\"a\" = true", "principal in Group::\"b\" = true");
        var member = Entities.of(List.of(Entity.of(Sets.ALICE, Set.of(new EntityUid("Group", "a")))));
        assertThat(changes(
                        "permit (principal, action, resource); forbid (principal in Group::\"a\", action, resource);",
                        CONTEXT,
                        member))
                .containsExactly("principal in Group::\"a\" = false");
    }

    @Test
    void anAttributeOfTheResourceIsTold() {
        var owned = Entities.of(List.of(
                new Entity(
                        Sets.ALICE, RecordValue.builder().put("name", "alice").build(), Set.of(), RecordValue.EMPTY),
                new Entity(
                        Sets.ACCOUNT, RecordValue.builder().put("owner", "bob").build(), Set.of(), RecordValue.EMPTY)));
        assertThat(changes(
                        "permit (principal is User, action, resource is Account) when { principal has name && resource has owner && resource.owner == principal.name };",
                        CONTEXT,
                        owned))
                .containsExactly("resource.owner = \"alice\"", "principal.name = \"bob\"");
    }

    @Test
    void theSearchHasAnEnd() {
        var sum = new StringBuilder("context.n");
        for (var i = 1; i < 90; i++) {
            sum.append(" + ").append(i * i * i);
        }
        var set = Sets.of("permit (principal, action, resource) when { " + sum + " < 0 };");
        var never = new Answer.Deny(Answer.DenyReason.NO_PERMIT, List.of());
        var tries = new AtomicInteger();
        ChangeSearch.changes(
                new Variation(Sets.transfer(CONTEXT), Entities.EMPTY),
                never,
                set.explainer().all(),
                List.of(),
                changed -> {
                    tries.incrementAndGet();
                    return never;
                });
        assertThat(tries).hasValue(ChangeSearch.MAX_TRIES);
    }
}
