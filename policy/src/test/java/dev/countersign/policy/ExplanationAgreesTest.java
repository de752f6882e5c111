package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Explanation.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.json.JsonMapper;

/** What an explanation says of a policy is what the evaluation made of it, on generated policies full of errors. */
final class ExplanationAgreesTest {
    @Property(tries = 200)
    void verdictsAreTheEvaluations(
            @ForAll("policySets") List<String> policies, @ForAll("users") String user, @ForAll long number)
            throws Exception {
        var text = String.join("\n", policies);
        var set = PolicySet.parseUnvalidated(new PolicySource(Map.of("p.cedar", text)));
        var entities = Entities.of(CedarJson.entities(JsonMapper.shared().readTree(DifferentialTest.ENTITIES)));
        var request = new Request(
                new EntityUid("User", user),
                new EntityUid("Action", "read"),
                new EntityUid("Account", "a1"),
                RecordValue.builder().put("n", number).put("s", "text").build());
        var evaluation = set.evaluate(request, entities);
        var explanation = set.explain(request, entities, requirement -> false, true);
        assertThat(with(explanation, Verdict.MATCHES))
                .as(text)
                .isEqualTo(Set.copyOf(ids(evaluation.permits(), evaluation.forbids())));
        assertThat(with(explanation, Verdict.ERROR))
                .as(text)
                .isEqualTo(evaluation.errors().stream()
                        .map(error -> error.policy().id())
                        .collect(Collectors.toSet()));
        assertThat(explanation.policies()).hasSameSizeAs(policies);
    }

    private static Set<String> with(Explanation explanation, Verdict verdict) {
        return explanation.policies().stream()
                .filter(finding -> finding.verdict() == verdict)
                .map(finding -> finding.policy().id())
                .collect(Collectors.toSet());
    }

    private static Set<String> ids(List<Policy> permits, List<Policy> forbids) {
        var ids = permits.stream().map(Policy::id).collect(Collectors.toSet());
        forbids.forEach(forbid -> ids.add(forbid.id()));
        return ids;
    }

    @Provide
    Arbitrary<List<String>> policySets() {
        return new DifferentialTest().policySets();
    }

    @Provide
    Arbitrary<String> users() {
        return new DifferentialTest().users();
    }
}
