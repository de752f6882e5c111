package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy may require, and that everything else is refused with its place. */
final class AnnotationsTest {
    private static final String APPROVAL = "@require(\"approval\") @approvers(\"Group::\\\"treasury\\\"\") ";

    private static List<Requirement> requirements(String annotations) {
        return Sets.of(annotations + " forbid (principal, action, resource);")
                .policies()
                .getFirst()
                .requirements();
    }

    @Test
    void aStepUpHasAClassMethodsAndAnAge() {
        assertThat(requirements("@id(\"s\") @require(\"step-up\") @acr(\"phr\") @amr(\"hwk, user\") @max_age(\"90s\")"))
                .containsExactly(new Requirement.StepUp("s", "phr", Set.of("hwk", "user"), Duration.ofSeconds(90)));
    }

    @Test
    void aStepUpWithoutDetailsIsAnyOfTheLastFiveMinutes() {
        assertThat(requirements("@require(\"step-up\")"))
                .containsExactly(new Requirement.StepUp("policy0", null, Set.of(), Duration.ofMinutes(5)));
    }

    @Test
    void anApprovalSeparatesPeopleUnlessItSaysOtherwise() {
        var treasury = new EntityUid("Group", "treasury");
        assertThat(requirements(APPROVAL + "@quorum(\"2\") @expires(\"1h\")"))
                .containsExactly(new Requirement.Approval("policy0", 2, treasury, Duration.ofHours(1), true));
        assertThat(requirements(APPROVAL + "@quorum(\"100\") @separate(\"false\")"))
                .containsExactly(new Requirement.Approval("policy0", 100, treasury, Duration.ofMinutes(15), false));
    }

    @Test
    void whichWaysOfSigningCountIsSaid() {
        assertThat(approval("@quorum(\"1\")").methods())
                .containsExactlyInAnyOrder(SigningMethod.WEBAUTHN, SigningMethod.ED25519);
        assertThat(approval("@quorum(\"1\") @methods(\"webauthn, ocra,number\")")
                        .methods())
                .containsExactlyInAnyOrder(SigningMethod.WEBAUTHN, SigningMethod.OCRA, SigningMethod.NUMBER);
    }

    @Test
    void whomElseToAskIsSaidWithWhen() {
        assertThat(approval("@quorum(\"1\")").escalation()).isNull();
        assertThat(approval("@quorum(\"1\") @escalate_after(\"10m\") @escalate_to(\"Group::\\\"board\\\"\")")
                        .escalation())
                .isEqualTo(
                        new Requirement.Approval.Escalation(Duration.ofMinutes(10), new EntityUid("Group", "board")));
    }

    @Test
    void aPermitMayBeReviewedAfterwards() {
        var set = Sets.of("@review(\"Group::\\\"auditors\\\"\") permit (principal, action, resource);");
        assertThat(set.policies())
                .singleElement()
                .satisfies(policy -> assertThat(policy.review())
                        .isEqualTo(new Review(new EntityUid("Group", "auditors"), Duration.ofHours(24))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "@methods(\"\")|@methods must list",
                "@methods(\"sms\")|@methods must list",
                "@methods(\"ocra, ocra\")|@methods must list",
                "@escalate_to(\"Group::\\\"board\\\"\")|@escalate_to needs @escalate_after",
                "@escalate_after(\"10m\")|@escalate_to must name a group",
                "@escalate_after(\"0m\") @escalate_to(\"Group::\\\"board\\\"\")|@escalate_after must be",
                "@review(\"Group::\\\"board\\\"\")|@review stands on a forbid",
            })
    void waysEscalationsAndReviewsThatCannotBeAreRefused(String annotations, String reason) {
        refuses(APPROVAL + "@quorum(\"1\") " + annotations, reason);
    }

    private static Requirement.Approval approval(String annotations) {
        return (Requirement.Approval) requirements(APPROVAL + annotations).getFirst();
    }

    @Test
    void onePolicyMayRequireSeveralKinds() {
        assertThat(requirements(
                        "@require(\"approval, signature,proof\") @approvers(\"Group::\\\"t\\\"\") @quorum(\"1\")"))
                .extracting(Requirement::getClass)
                .containsExactly(Requirement.Approval.class, Requirement.Signature.class, Requirement.Proof.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "@require(\"prayer\")|@require",
                "@require(\"\")|@require",
                "@require|@require",
                "@require(\"proof,\")|@require",
                "@require(\"proof,proof\")|@require",
                "@quorum(\"2\")|@quorum is unknown without @require",
                "@require(\"proof\") @quorum(\"2\")|@quorum is unknown for",
                "@require(\"approval\") @acr(\"x\")|@acr is unknown for",
                "@tyop(\"x\")|@tyop is unknown",
                "@id(\"\")|@id is empty",
                "@require(\"step-up\") @acr(\" \")|@acr is empty",
                "@require(\"step-up\") @amr(\"\")|@amr has an empty word",
                "@require(\"step-up\") @amr(\",hwk\")|@amr has an empty word",
                "@require(\"step-up\") @max_age(\"5\")|@max_age must be",
                "@require(\"step-up\") @max_age(\"0m\")|@max_age must be",
                "@require(\"step-up\") @max_age(\"-5m\")|@max_age must be",
                "@require(\"step-up\") @max_age(\"5 m\")|@max_age must be",
                "@require(\"step-up\") @max_age(\"367d\")|@max_age must be",
                "@require(\"step-up\") @max_age(\"99999999999999999999d\")|@max_age must be",
            })
    void whatIsUnknownOrMalformedIsRefused(String annotations, String reason) {
        refuses(annotations, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|@quorum must be",
                "@quorum(\"0\")|@quorum must be",
                "@quorum(\"-1\")|@quorum must be",
                "@quorum(\"NaN\")|@quorum must be",
                "@quorum(\"two\")|@quorum must be",
                "@quorum(\"1.5\")|@quorum must be",
                "@quorum(\"02\")|@quorum must be",
                "@quorum(\"101\")|@quorum must be",
                "@quorum(\"99999999999\")|@quorum must be",
                "@quorum|@quorum must be",
                "@quorum(\"2\") @separate(\"maybe\")|@separate must be",
                "@quorum(\"2\") @separate|@separate must be",
                "@quorum(\"2\") @expires(\"soon\")|@expires must be",
            })
    void anApprovalWithoutAUsableQuorumIsRefused(String annotations, String reason) {
        refuses(APPROVAL + annotations, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``",
                "@approvers(\"treasury\")",
                "@approvers(\"Group::treasury\")",
                "@approvers(\"Group::\\\"\\\"\")",
                "@approvers(\"Group::\\\"a\\\", Group::\\\"b\\\"\")",
            })
    void anApprovalWithoutAGroupIsRefused(String approvers) {
        refuses("@require(\"approval\") @quorum(\"2\") " + approvers, "@approvers must name a group");
    }

    @Test
    void aPermitCannotRequire() {
        var faults = Sets.faults("\n@require(\"proof\")\npermit (principal, action, resource);");
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.reason()).contains("only a forbid can require");
            assertThat(fault.file()).isEqualTo("bank.cedar");
            assertThat(fault.line()).isEqualTo(2);
        });
    }

    private static void refuses(String annotations, String reason) {
        var policy = "// one good policy first\npermit (principal, action, resource);\n\n" + annotations
                + "\nforbid (principal, action, resource);\n";
        assertThat(Sets.faults(policy)).singleElement().satisfies(fault -> {
            assertThat(fault.reason()).contains(reason);
            assertThat(fault.file()).isEqualTo("bank.cedar");
            assertThat(fault.line()).isBetween(4, 5);
        });
    }
}
