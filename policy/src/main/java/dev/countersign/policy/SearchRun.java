package dev.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One search: evaluates candidate after candidate until the page is full, none is left or the budget is spent. */
final class SearchRun {
    /** Candidates between two looks at the clock. */
    static final int STRIDE = 64;

    /** Up to so many policies are tested one by one; more are looked up in the index of all. */
    static final int FEW = 16;

    private final PolicySet policies;
    private final Search search;
    private final Residual residual;
    private final int limit;
    private final Search.Budget budget;
    private final List<EntityUid> permitted = new ArrayList<>();
    private final Set<Requirement> missing = new LinkedHashSet<>();
    private int withheld;
    private int evaluated;

    SearchRun(PolicySet policies, Search search, Residual residual, int limit, Search.Budget budget) {
        this.policies = policies;
        this.search = search;
        this.residual = residual;
        this.limit = limit;
        this.budget = budget;
    }

    /** @param after where the candidates begin, as they were asked for */
    Found over(Candidates candidates, @Nullable String after) {
        var last = after;
        while (candidates.ranks().hasNext()) {
            if (permitted.size() >= limit || isSpent()) {
                return found(last == null ? "" : last); // nothing was looked at yet: go on from the first
            }
            var candidate = candidates.all()[candidates.ranks().nextInt()];
            last = candidate.id();
            evaluated++;
            if (residual.size() <= FEW) {
                decide(candidate);
            } else {
                lookUp(candidate);
            }
        }
        return found(null);
    }

    private boolean isSpent() {
        return evaluated >= budget.evaluations()
                || (evaluated > 0
                        && evaluated % STRIDE == 0
                        && budget.timeIsUp().getAsBoolean());
    }

    private void decide(EntityUid candidate) {
        var environment = new Environment(search.about(candidate), search.entities(candidate));
        var open = residual.open(candidate, environment, search.satisfied());
        if (open == null) {
            return;
        }
        if (open.isEmpty()) {
            permitted.add(candidate);
        } else {
            withheld++;
            missing.addAll(open);
        }
    }

    private void lookUp(EntityUid candidate) {
        switch (policies.evaluate(search.about(candidate), search.entities(candidate))
                .answer(search.satisfied())) {
            case Answer.Permit permit -> permitted.add(candidate);
            case Answer.Open open -> {
                withheld++;
                missing.addAll(open.requirements());
            }
            case Answer.Deny deny -> {}
        }
    }

    private Found found(@Nullable String last) {
        return new Found(permitted, withheld, Strictest.of(List.copyOf(missing)), evaluated, last);
    }
}
