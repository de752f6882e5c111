package dev.countersign.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The union of open requirements: the strictest of each kind; every approval quorum stays, all must be met. */
final class Strictest {
    private Strictest() {}

    static List<Requirement> of(List<Requirement> open) {
        var result = new ArrayList<Requirement>();
        var stepUps = of(open, Requirement.StepUp.class);
        if (!stepUps.isEmpty()) {
            result.addAll(merge(stepUps));
        }
        result.addAll(of(open, Requirement.Approval.class));
        of(open, Requirement.Signature.class).stream().limit(1).forEach(result::add);
        of(open, Requirement.Proof.class).stream().limit(1).forEach(result::add);
        return List.copyOf(result);
    }

    private static <T extends Requirement> List<T> of(List<Requirement> open, Class<T> kind) {
        return open.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** One step-up for each class that is asked for, with all methods and the shortest age. */
    private static List<Requirement> merge(List<Requirement.StepUp> stepUps) {
        Set<String> amr = new LinkedHashSet<>();
        Set<String> acrs = new LinkedHashSet<>();
        var maxAge = stepUps.getFirst().maxAge();
        for (var stepUp : stepUps) {
            amr.addAll(stepUp.amr());
            if (stepUp.acr() != null) {
                acrs.add(stepUp.acr());
            }
            maxAge = shorter(maxAge, stepUp.maxAge());
        }
        var policy = stepUps.getFirst().policy();
        var merged = new ArrayList<Requirement>();
        for (var acr : acrs) {
            merged.add(new Requirement.StepUp(policy, acr, amr, maxAge));
        }
        if (merged.isEmpty()) {
            merged.add(new Requirement.StepUp(policy, null, amr, maxAge));
        }
        return merged;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
