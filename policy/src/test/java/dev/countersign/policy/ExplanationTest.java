package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Explanation.Finding;
import dev.countersign.policy.Explanation.HeadFinding;
import dev.countersign.policy.Explanation.Outcome;
import dev.countersign.policy.Explanation.PolicyFinding;
import dev.countersign.policy.Explanation.Verdict;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Why a policy did or did not apply: conditions, places and values. */
final class ExplanationTest {
    private static final Entities NOBODY = Entities.EMPTY;

    private static PolicyFinding only(Explanation explanation) {
        assertThat(explanation.policies()).hasSize(1);
        return explanation.policies().getFirst();
    }

    private static Explanation explain(String policies, RecordValue context) {
        return Sets.of(policies).explain(Sets.transfer(context), NOBODY);
    }

    private static RecordValue n(long n) {
        return RecordValue.builder().put("n", n).build();
    }

    @Test
    void theConjunctThatFailsIsNamedWithItsPlaceAndValues() {
        var policy = only(explain(
                "// why\n@id(\"p\") permit (principal, action, resource)\nwhen {\n    context.n > 1 &&\n    context.n < 5 && context has text };",
                n(7)));
        assertThat(policy.verdict()).isEqualTo(Verdict.CONDITION_FAILS);
        assertThat(policy.decided()).isFalse();
        assertThat(policy.source().place()).isEqualTo("bank.cedar:2:1");
        var condition = policy.conditions().getFirst();
        assertThat(condition.holds()).isFalse();
        assertThat(condition.finding().source().place()).isEqualTo("bank.cedar:4:5");
        var parts = condition.finding().parts();
        assertThat(parts)
                .extracting(Finding::outcome)
                .containsExactly(Outcome.TRUE, Outcome.FALSE, Outcome.NOT_EVALUATED);
        var failed = parts.get(1);
        assertThat(failed.source()).isEqualTo(new SourceRange("bank.cedar", 5, 5, "context.n < 5"));
        assertThat(failed.readings()).singleElement().satisfies(reading -> {
            assertThat(reading.path()).isEqualTo("context.n");
            assertThat(reading.value()).isEqualTo(new LongValue(7));
        });
        assertThat(parts.get(2).source().column()).isEqualTo(22);
    }

    @Test
    void whatIsMissingIsReadAsNothing() {
        var part = only(explain(
                        "permit (principal, action, resource) when { context has text && context.text == \"a\" };",
                        n(1)))
                .conditions()
                .getFirst()
                .finding()
                .parts()
                .getFirst();
        assertThat(part.outcome()).isEqualTo(Outcome.FALSE);
        assertThat(part.readings()).singleElement().satisfies(reading -> {
            assertThat(reading.path()).isEqualTo("context.text");
            assertThat(reading.value()).isNull();
        });
    }

    @Test
    void eachConditionIsTold() {
        var policy = only(explain(
                "permit (principal, action, resource) when { context.n == 1 } unless { context.n == 2 } when { context.n == 3 };",
                n(2)));
        assertThat(policy.conditions())
                .extracting(Explanation.ConditionFinding::holds)
                .containsExactly(false, false, false);
        assertThat(policy.conditions())
                .extracting(Explanation.ConditionFinding::isReached)
                .containsExactly(true, false, false);
        assertThat(policy.conditions().get(1).finding().outcome()).isEqualTo(Outcome.TRUE);
    }

    @Test
    void alternativesOppositesAndChoicesAreToldByPart() {
        var finding = only(explain(
                        "permit (principal, action, resource) when { (context.n == 1 || context.n == 2) && !(context.n == 2) && (if context.n == 3 then true else context.n == 4) };",
                        n(2)))
                .conditions()
                .getFirst()
                .finding();
        assertThat(finding.parts().getFirst().parts())
                .extracting(Finding::outcome)
                .containsExactly(Outcome.FALSE, Outcome.TRUE);
        assertThat(finding.parts().get(1).outcome()).isEqualTo(Outcome.FALSE);
        assertThat(finding.parts().get(1).parts()).extracting(Finding::outcome).containsExactly(Outcome.TRUE);
        var chosen = only(explain(
                        "permit (principal, action, resource) when { if context.n == 3 then true else context.n == 4 };",
                        n(2)))
                .conditions()
                .getFirst()
                .finding();
        assertThat(chosen.parts())
                .extracting(Finding::outcome)
                .containsExactly(Outcome.FALSE, Outcome.NOT_EVALUATED, Outcome.FALSE);
    }

    @Test
    void anErrorIsToldWhereItHappens() {
        var explanation = explain(
                "@id(\"f\") forbid (principal, action, resource) when { true && 9223372036854775807 + context.n > 0 };",
                n(1));
        assertThat(explanation.answer())
                .isInstanceOfSatisfying(
                        Answer.Deny.class, deny -> assertThat(deny.reason()).isEqualTo(Answer.DenyReason.POLICY_ERROR));
        var policy = only(explanation);
        assertThat(policy.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(policy.decided()).isTrue();
        var part = policy.conditions().getFirst().finding().parts().get(1);
        assertThat(part.outcome()).isEqualTo(Outcome.ERROR);
        assertThat(part.error()).contains("overflow");
    }

    @Test
    void openRequirementsAreToldWithWhatIsMet() {
        var explanation = Sets.of(
                        "@id(\"p\") permit (principal, action, resource);\n@id(\"f\") @require(\"signature,proof\") forbid (principal, action, resource);")
                .explain(Sets.transfer(n(1)), NOBODY, Requirement.Proof.class::isInstance, false);
        assertThat(explanation.answer()).isInstanceOf(Answer.Open.class);
        assertThat(explanation.policies().get(1).requirements())
                .containsExactlyInAnyOrder(
                        new Explanation.RequirementFinding(new Requirement.Signature("f"), false),
                        new Explanation.RequirementFinding(new Requirement.Proof("f"), true));
        assertThat(explanation.policies()).extracting(PolicyFinding::decided).containsExactly(false, true);
    }

    @Test
    void otherHeadsAreToldOnDemandWithThePartThatDiffers() {
        var set = Sets.of(
                "@id(\"p\") permit (principal in Group::\"a\",\n  action == Action::\"read\", resource is Account);");
        var groups = Entities.of(List.of(Entity.of(Sets.ALICE, Set.of(new EntityUid("Group", "b")))));
        assertThat(set.explain(Sets.transfer(n(1)), groups).policies()).isEmpty();
        var policy = only(set.explain(Sets.transfer(n(1)), groups, requirement -> false, true));
        assertThat(policy.verdict()).isEqualTo(Verdict.HEAD_DIFFERS);
        assertThat(policy.head()).extracting(HeadFinding::matches).containsExactly(false, false, true);
        assertThat(policy.head().getFirst().groups()).containsExactly(new EntityUid("Group", "b"));
        assertThat(policy.head().get(1).source())
                .isEqualTo(new SourceRange("bank.cedar", 2, 3, "action == Action::\"read\""));
        assertThat(policy.head().get(1).actual()).isEqualTo(Sets.TRANSFER);
    }

    @Test
    void anEntityThatIsPlacedIsToldWithItsGroups() {
        var groups = Entities.of(List.of(Entity.of(Sets.ALICE, Set.of(new EntityUid("Group", "b")))));
        var reading = only(Sets.of("permit (principal, action, resource) when { principal in Group::\"a\" };")
                        .explain(Sets.transfer(n(1)), groups))
                .conditions()
                .getFirst()
                .finding()
                .readings()
                .getFirst();
        assertThat(reading.value()).isEqualTo(Sets.ALICE);
        assertThat(reading.groups()).containsExactly(new EntityUid("Group", "b"));
    }

    @Test
    void moreThanTheMostPoliciesAreCounted() {
        var explanation = explain("permit (principal, action, resource);\n".repeat(Explanation.MAX_POLICIES + 3), n(1));
        assertThat(explanation.policies()).hasSize(Explanation.MAX_POLICIES);
        assertThat(explanation.omitted()).isEqualTo(3);
    }
}
