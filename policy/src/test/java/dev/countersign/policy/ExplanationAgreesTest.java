package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Explanation.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import tools.jackson.databind.json.JsonMapper;

/** What an explanation says of a policy is what the evaluation made of it, on generated policies full of errors. */
final class ExplanationAgreesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Property(tries = 200)
    void verdictsAreTheEvaluations(@ForAll long seed) throws Exception {
        var generated = GeneratedCase.of(new SplittableRandom(seed), 3);
        var set = PolicySet.parseUnvalidated(new PolicySource(Map.of("p.cedar", generated.text())));
        var entities = Entities.of(CedarJson.entities(JSON.readTree(generated.entities())));
        for (var asked : generated.requests()) {
            var context = CedarJson.record(JSON.readTree(asked.context()));
            var request = new Request(asked.principal(), asked.action(), asked.resource(), context);
            var evaluation = set.evaluate(request, entities);
            var explanation = set.explain(request, entities, requirement -> false, true);
            assertThat(with(explanation, Verdict.MATCHES))
                    .as(generated.text())
                    .isEqualTo(ids(evaluation.permits(), evaluation.forbids()));
            assertThat(with(explanation, Verdict.ERROR))
                    .as(generated.text())
                    .isEqualTo(evaluation.errors().stream()
                            .map(error -> error.policy().id())
                            .collect(Collectors.toSet()));
            assertThat(explanation.policies()).hasSameSizeAs(generated.policies());
        }
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
}
