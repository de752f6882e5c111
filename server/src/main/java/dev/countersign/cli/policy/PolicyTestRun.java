package dev.countersign.cli.policy;

import dev.countersign.policy.Answer;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyError;
import dev.countersign.policy.PolicySet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * What came of a folder's cases.
 *
 * @param untouched ids of the policies that applied in no case
 */
record PolicyTestRun(int cases, List<Failed> failed, int policies, List<String> untouched) {
    /** A case whose answer is another than expected. */
    record Failed(PolicyCase test, Answer got) {}

    static PolicyTestRun of(PolicySet set, Collection<PolicyCase> cases) {
        var failed = new ArrayList<Failed>();
        var touched = new HashSet<Policy>();
        for (var test : cases) {
            var evaluation = set.evaluate(
                    test.asked().request(), set.entities().with(test.asked().entities()));
            touched.addAll(evaluation.permits());
            touched.addAll(evaluation.forbids());
            evaluation.errors().stream().map(PolicyError::policy).forEach(touched::add);
            var answer = evaluation.answer(test.satisfied());
            if (!test.expected().isMetBy(answer)) {
                failed.add(new Failed(test, answer));
            }
        }
        var untouched = set.policies().stream()
                .filter(policy -> !touched.contains(policy))
                .map(Policy::id)
                .toList();
        return new PolicyTestRun(cases.size(), failed, set.policies().size(), untouched);
    }

    /** Whether the folder passes. */
    boolean passes(boolean requireCoverage) {
        return failed.isEmpty() && (!requireCoverage || untouched.isEmpty());
    }
}
