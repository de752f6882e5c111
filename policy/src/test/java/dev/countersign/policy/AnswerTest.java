package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Answer.DenyReason;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Each row of the answer table in the design. */
final class AnswerTest {
    private static final String PERMIT = "@id(\"p\") permit (principal, action, resource);\n";
    private static final String PROOF = "@id(\"bound\") @require(\"proof\") forbid (principal, action, resource);\n";
    private static final String OVERFLOW = "when { 9223372036854775807 + context.n > 0 };\n";
    private static final Predicate<Requirement> NOTHING = Set.<Requirement>of()::contains;
    private static final Predicate<Requirement> EVERYTHING = NOTHING.negate();

    private static Answer answer(String policies, Predicate<Requirement> satisfied) {
        var request = Sets.transfer(RecordValue.builder().put("n", 1).build());
        return Sets.of(policies).evaluate(request).answer(satisfied);
    }

    private static void denied(Answer answer, DenyReason reason, String... policies) {
        assertThat(answer).isInstanceOfSatisfying(Answer.Deny.class, deny -> {
            assertThat(deny.reason()).isEqualTo(reason);
            assertThat(deny.policies()).extracting(Policy::id).containsExactly(policies);
        });
    }

    @Test
    void withoutAPermitTheAnswerIsFinal() {
        denied(answer("", NOTHING), DenyReason.NO_PERMIT);
        denied(
                answer("permit (principal, action, resource) when { context.n > 1 };", EVERYTHING),
                DenyReason.NO_PERMIT);
    }

    @Test
    void withoutAPermitNothingIsAskedFor() {
        denied(answer(PROOF, NOTHING), DenyReason.NO_PERMIT);
    }

    @Test
    void aForbidWithoutRequirementIsFinal() {
        var never = "@id(\"never\") forbid (principal, action, resource);";
        denied(answer(PERMIT + PROOF + never, EVERYTHING), DenyReason.FORBIDDEN, "never");
    }

    @Test
    void satisfiedRequirementsPermit() {
        assertThat(answer(PERMIT + PROOF, EVERYTHING))
                .isInstanceOfSatisfying(
                        Answer.Permit.class,
                        permit -> assertThat(permit.policies())
                                .extracting(Policy::id)
                                .containsExactly("p"));
    }

    @Test
    void anOpenRequirementIsNamedWithItsPolicy() {
        assertThat(answer(PERMIT + PROOF, NOTHING)).isInstanceOfSatisfying(Answer.Open.class, open -> {
            assertThat(open.requirements()).containsExactly(new Requirement.Proof("bound"));
            assertThat(open.policies()).extracting(Policy::id).containsExactly("bound");
        });
    }

    @Test
    void onlyWhatIsOpenIsNamed() {
        var signed = "@id(\"signed\") @require(\"signature\") forbid (principal, action, resource);";
        assertThat(answer(PERMIT + PROOF + signed, Requirement.Proof.class::isInstance))
                .isInstanceOfSatisfying(
                        Answer.Open.class,
                        open -> assertThat(open.requirements()).containsExactly(new Requirement.Signature("signed")));
    }

    @Test
    void aPermitInErrorPermitsNothing() {
        denied(answer("permit (principal, action, resource) " + OVERFLOW, EVERYTHING), DenyReason.NO_PERMIT);
    }

    @Test
    void aPermitInErrorTakesNothingFromAnother() {
        assertThat(answer(PERMIT + "permit (principal, action, resource) " + OVERFLOW, EVERYTHING))
                .isInstanceOf(Answer.Permit.class);
    }

    @Test
    void aForbidInErrorClosesTheDoor() {
        var broken = "@id(\"broken\") @require(\"proof\") forbid (principal, action, resource) " + OVERFLOW;
        denied(answer(PERMIT + broken, EVERYTHING), DenyReason.POLICY_ERROR, "broken");
    }

    @Test
    void ofStepUpsTheShortestAgeAndAllMethodsAreAsked() {
        var asked = answer(
                PERMIT
                        + "@id(\"a\") @require(\"step-up\") @acr(\"phr\") @amr(\"hwk\") @max_age(\"10m\") forbid (principal, action, resource);"
                        + "@id(\"b\") @require(\"step-up\") @acr(\"phr\") @amr(\"user\") @max_age(\"1m\") forbid (principal, action, resource);",
                NOTHING);
        assertThat(asked)
                .isInstanceOfSatisfying(
                        Answer.Open.class,
                        open -> assertThat(open.requirements())
                                .containsExactly(new Requirement.StepUp(
                                        "a", "phr", Set.of("hwk", "user"), Duration.ofMinutes(1))));
    }

    @Test
    void ofStepUpsEveryClassStays() {
        var asked = answer(
                PERMIT
                        + "@require(\"step-up\") @acr(\"mfa\") forbid (principal, action, resource);"
                        + "@require(\"step-up\") @acr(\"phr\") forbid (principal, action, resource);",
                NOTHING);
        assertThat(asked)
                .isInstanceOfSatisfying(
                        Answer.Open.class,
                        open -> assertThat(open.requirements())
                                .map(requirement -> ((Requirement.StepUp) requirement).acr())
                                .containsExactly("mfa", "phr"));
    }

    @Test
    void everyQuorumStays() {
        var two = "@id(\"two\") @require(\"approval\") @quorum(\"2\") @approvers(\"Group::\\\"treasury\\\"\")";
        var one = "@id(\"one\") @require(\"approval\") @quorum(\"1\") @approvers(\"Group::\\\"audit\\\"\")";
        var forbid = " forbid (principal, action, resource);";
        assertThat(answer(PERMIT + two + forbid + one + forbid, NOTHING))
                .isInstanceOfSatisfying(
                        Answer.Open.class,
                        open -> assertThat(open.requirements())
                                .map(Requirement::policy)
                                .containsExactly("two", "one"));
    }

    @Test
    void signatureAndProofAreAskedOnce() {
        var both = "@require(\"signature,proof\") forbid (principal, action, resource);";
        assertThat(answer(PERMIT + both + both, NOTHING))
                .isInstanceOfSatisfying(
                        Answer.Open.class,
                        open -> assertThat(open.requirements()).hasSize(2));
    }
}
