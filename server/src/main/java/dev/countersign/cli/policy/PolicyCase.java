package dev.countersign.cli.policy;

import dev.countersign.policy.Answer;
import dev.countersign.policy.RequestJson;
import dev.countersign.policy.Requirement;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One case of a policy test file.
 *
 * @param file relative to the folder of the policies
 * @param line where it begins, from 1
 * @param satisfied which requirements it takes for met
 */
record PolicyCase(
        String file, int line, String name, RequestJson asked, Predicate<Requirement> satisfied, Expected expected) {
    /**
     * What the answer must be; null for what does not matter.
     *
     * @param decision {@code permit}, {@code deny} or {@code open}
     * @param reason the answer's code
     * @param policies ids of those behind the answer
     * @param requirements kinds of those open
     */
    record Expected(
            String decision,
            @Nullable String reason,
            @Nullable Set<String> policies,
            @Nullable Set<String> requirements) {
        boolean isMetBy(Answer answer) {
            return decision.equals(answer.decision())
                    && (reason == null || reason.equals(answer.code()))
                    && (policies == null || policies.equals(policies(answer)))
                    && (requirements == null || requirements.equals(requirements(answer)));
        }

        static Set<String> policies(Answer answer) {
            return answer.policies().stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
        }

        static Set<String> requirements(Answer answer) {
            return answer instanceof Answer.Open open
                    ? open.requirements().stream()
                            .map(Requirement::kind)
                            .collect(Collectors.toCollection(LinkedHashSet::new))
                    : Set.of();
        }

        @Override
        public String toString() {
            var text = new StringBuilder(decision);
            if (reason != null) {
                text.append(", ").append(reason);
            }
            if (policies != null) {
                text.append(policies.isEmpty() ? ", by no policy" : ", by " + String.join(", ", policies));
            }
            if (requirements != null) {
                text.append(requirements.isEmpty() ? ", nothing open" : ", open: " + String.join(", ", requirements));
            }
            return text.toString();
        }
    }

    /** {@code file:line}. */
    String place() {
        return file + ":" + line;
    }
}
