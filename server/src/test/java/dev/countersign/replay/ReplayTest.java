package dev.countersign.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.policy.Requirement;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.DecisionRecord.Stated;
import dev.countersign.recorded.Samples;
import dev.countersign.replay.Difference.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a candidate says to what was decided. */
final class ReplayTest {
    private static final String SCHEMA = """
            entity Group in [Group];
            entity User in [Group] = { name: String, person: String };
            entity Account = { owner?: String };
            action transfer appliesTo { principal: User, resource: Account, context: {
                now: datetime, network: { ip: ipaddr }, amount: decimal,
                session: { acr: String, amr: Set<String>, auth_age: Long, binding: String,
                           step_up_acr?: String, step_up_age?: Long } } };
            """;
    private static final String OWNER = """
            @id("owner") permit (principal, action, resource) when { resource has owner && resource.owner == principal.name };
            """;
    private static final String TWO = """
            @id("two") @require("approval") @quorum("2") @approvers("Group::\\"treasury\\"")
            forbid (principal, action, resource);
            """;

    private static final Answered PERMITTED = new Answered(Outcome.PERMIT, List.of("owner"), List.of());
    private static final Answered FORBIDDEN = new Answered(Outcome.DENY, List.of("closed"), List.of());

    private static List<Difference> differences(DecisionRecord decision, String policies) {
        return differences(decision, policies, "[]");
    }

    private static List<Difference> differences(DecisionRecord decision, String policies, String entities) {
        try {
            var source =
                    new PolicySource(Map.of("a.cedarschema", SCHEMA, "a.cedar", policies, "entities.json", entities));
            return new Replay(PolicySet.parse(source)).differences(decision);
        } catch (PolicyLoadException e) {
            throw new AssertionError(e);
        }
    }

    private static DecisionRecord decision(Answered answered) {
        return Samples.of("ev_1", Samples.AT, Samples.context("dpop", "2500.00"), answered);
    }

    private static Answered approved(boolean satisfied, int quorum) {
        var approval = new Requirement.Approval(
                "two", quorum, new EntityUid("Group", "treasury"), Duration.ofMinutes(15), true);
        return new Answered(
                satisfied ? Outcome.PERMIT : Outcome.OPEN,
                List.of(satisfied ? "owner" : "two"),
                List.of(new Stated(approval, satisfied)));
    }

    @Test
    void theSameAnswerIsNoDifference() {
        assertThat(differences(decision(PERMITTED), OWNER)).isEmpty();
        assertThat(differences(decision(approved(false, 2)), OWNER + TWO)).isEmpty();
        assertThat(differences(decision(approved(true, 2)), OWNER + TWO)).isEmpty();
    }

    @Test
    void aNewForbidIsANewDenial() {
        assertThat(differences(decision(PERMITTED), OWNER + "@id(\"no\") forbid (principal, action, resource);"))
                .containsExactly(new Difference(Kind.NEW_DENIAL, "no", "forbidden"));
        assertThat(differences(
                        decision(approved(false, 2)), OWNER + "@id(\"no\") forbid (principal, action, resource);"))
                .containsExactly(new Difference(Kind.NEW_DENIAL, "no", "forbidden")); // and nobody is asked any more
    }

    @Test
    void aPermitThatNoLongerHoldsIsANewDenialBehindItsName() {
        assertThat(differences(
                        decision(PERMITTED), "@id(\"owner\") permit (principal, action, resource) when { false };"))
                .containsExactly(new Difference(Kind.NEW_DENIAL, "owner", "no_permit"));
    }

    @Test
    void aForbidThatIsGoneIsANewPermit() {
        assertThat(differences(decision(FORBIDDEN), OWNER))
                .containsExactly(new Difference(Kind.NEW_PERMIT, "closed", "was refused"));
        var nothing = new Answered(Outcome.DENY, List.of(), List.of());
        assertThat(differences(decision(nothing), OWNER))
                .containsExactly(new Difference(Kind.NEW_PERMIT, "owner", "was refused"));
    }

    @Test
    void aRequirementInsteadOfARefusalOpensADoorAndAsks() {
        assertThat(differences(decision(FORBIDDEN), OWNER + TWO))
                .containsExactly(
                        new Difference(Kind.NOW_OBTAINABLE, "closed", "was refused"),
                        new Difference(Kind.NEW_PROMPT, "two", "approval by 2 of treasury"));
    }

    @Test
    void aRequirementThatIsGoneAsksNobody() {
        assertThat(differences(decision(approved(false, 2)), OWNER))
                .containsExactly(
                        new Difference(Kind.NEW_PERMIT, "two", "was open"),
                        new Difference(Kind.PROMPT_GONE, "two", "approval by 2 of treasury"));
    }

    @Test
    void approvalsThatWereGivenCountForAsManyAndNoMore() {
        var three = OWNER + TWO.replace("@quorum(\"2\")", "@quorum(\"3\")");
        assertThat(differences(decision(approved(true, 2)), three))
                .containsExactly(new Difference(Kind.NEW_PROMPT, "two", "approval by 3 of treasury"));
        assertThat(differences(decision(approved(true, 3)), OWNER + TWO)).isEmpty();
        var audit = OWNER + TWO.replace("treasury", "audit");
        assertThat(differences(decision(approved(true, 2)), audit))
                .containsExactly(new Difference(Kind.NEW_PROMPT, "two", "approval by 2 of audit"));
        assertThat(differences(decision(approved(false, 2)), three))
                .containsExactly(
                        new Difference(Kind.NEW_PROMPT, "two", "approval by 3 of treasury"),
                        new Difference(Kind.PROMPT_GONE, "two", "approval by 2 of treasury"));
    }

    @Test
    void aStepUpIsReadFromTheRecordedSession() {
        var stepUp = OWNER
                + "@id(\"up\") @require(\"step-up\") @acr(\"urn:countersign:acr:base\") @max_age(\"20m\") forbid (principal, action, resource);";
        assertThat(differences(decision(PERMITTED), stepUp)).isEmpty(); // the login was ten minutes ago
        var fresher = new Difference(Kind.NEW_PROMPT, "up", "step-up");
        assertThat(differences(decision(PERMITTED), stepUp.replace("20m", "5m")))
                .containsExactly(fresher);
        assertThat(differences(decision(PERMITTED), stepUp.replace(":base", ":phr")))
                .containsExactly(fresher);
        assertThat(differences(decision(PERMITTED), stepUp.replace("@acr", "@amr(\"hwk\") @acr")))
                .containsExactly(fresher);
        assertThat(differences(decision(PERMITTED), stepUp.replace("@acr", "@amr(\"pwd\") @acr")))
                .isEmpty();
    }

    @Test
    void aBindingIsReadFromTheRecordedSession() {
        var proof = OWNER + "@id(\"bound\") @require(\"proof\") forbid (principal, action, resource);";
        assertThat(differences(decision(PERMITTED), proof)).isEmpty();
        var unbound = Samples.of("ev_1", Samples.AT, Samples.context("none", "1.00"), PERMITTED);
        assertThat(differences(unbound, proof)).containsExactly(new Difference(Kind.NEW_PROMPT, "bound", "proof"));
    }

    @Test
    void twoPoliciesThatWantTheSameAreOnePrompt() {
        var twice = OWNER + TWO + TWO.replace("\"two\"", "\"again\"");
        assertThat(differences(decision(PERMITTED), twice)).hasSize(1);
    }

    @Test
    void aPolicyThatCannotBeEvaluatedIsTold() {
        var overflow = OWNER
                + "@id(\"big\") forbid (principal, action, resource) when { context.session.auth_age * 9223372036854775807 > 0 };";
        assertThat(differences(decision(PERMITTED), overflow))
                .extracting(Difference::kind, Difference::policy)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.ERROR, "big"),
                        org.assertj.core.groups.Tuple.tuple(Kind.NEW_DENIAL, "big"));
    }

    @Test
    void theCandidatesEntitiesWinAndAddGroups() {
        var group = OWNER + "@id(\"blocked\") forbid (principal in Group::\"blocked\", action, resource);";
        assertThat(differences(decision(PERMITTED), group)).isEmpty();
        var alice = """
                [{"uid":{"type":"Group","id":"blocked"},"attrs":{},"parents":[]},
                 {"uid":{"type":"User","id":"alice"},"attrs":{"name":"alice","person":"alice"},
                  "parents":[{"type":"Group","id":"blocked"}]}]
                """;
        assertThat(differences(decision(PERMITTED), group, alice))
                .containsExactly(new Difference(Kind.NEW_DENIAL, "blocked", "forbidden"));
        var staff = """
                [{"uid":{"type":"Group","id":"blocked"},"attrs":{},"parents":[]},
                 {"uid":{"type":"Group","id":"staff"},"attrs":{},"parents":[{"type":"Group","id":"blocked"}]}]
                """;
        assertThat(differences(decision(PERMITTED), group, staff)) // above a recorded group
                .containsExactly(new Difference(Kind.NEW_DENIAL, "blocked", "forbidden"));
        var renamed = """
                [{"uid":{"type":"User","id":"alice"},"attrs":{"name":"alice2","person":"alice"},"parents":[]}]
                """;
        assertThat(differences(decision(PERMITTED), OWNER, renamed))
                .containsExactly(new Difference(Kind.NEW_DENIAL, "owner", "no_permit"));
    }

    @Test
    void whatWasDecidedWithoutPoliciesIsNotReplayed() {
        var like = decision(PERMITTED);
        var without = new DecisionRecord(
                like.evaluationId(),
                like.at(),
                "bank",
                "invalid_session",
                "No session",
                List.of(),
                like.policySet(),
                1,
                like.request(),
                List.of(),
                null);
        assertThat(differences(without, "@id(\"all\") permit (principal, action, resource);"))
                .isEmpty();
    }
}
