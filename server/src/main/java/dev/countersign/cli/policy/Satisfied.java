package dev.countersign.cli.policy;

import dev.countersign.policy.Requirement;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which requirements are met, in words: {@code approval}, or {@code approval:large-transfer-needs-two} for one policy's. */
final class Satisfied {
    private static final Set<String> KINDS = Set.of("step-up", "approval", "signature", "proof");

    private Satisfied() {}

    /** Throws {@link IllegalArgumentException} on a word that is no kind. */
    static Predicate<Requirement> of(Collection<String> words) {
        for (var word : words) {
            if (!KINDS.contains(word.split(":", 2)[0])) {
                throw new IllegalArgumentException("no such requirement: " + word + "; expected one of "
                        + KINDS.stream().sorted().toList() + ", and perhaps :POLICY");
            }
        }
        var met = List.copyOf(words);
        return requirement ->
                met.contains(requirement.kind()) || met.contains(requirement.kind() + ":" + requirement.policy());
    }
}
