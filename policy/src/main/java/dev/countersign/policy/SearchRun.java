package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One search: evaluates candidate after candidate until the page is full, none is left or the budget is spent. */
final class SearchRun {
    /** Candidates between two looks at the clock. */
    static final int STRIDE = 64;

    private final PolicySet policies;
    private final Search search;
    private final int limit;
    private final Search.Budget budget;
    private final List<EntityUid> permitted = new ArrayList<>();
    private final Set<Requirement> missing = new LinkedHashSet<>();
    private int withheld;
    private int evaluated;

    SearchRun(PolicySet policies, Search search, int limit, Search.Budget budget) {
        this.policies = policies;
        this.search = search;
        this.limit = limit;
        this.budget = budget;
    }

    Found over(Candidates.From candidates) {
        var last = candidates.after();
        for (Iterator<EntityUid> left = candidates.all(); left.hasNext(); ) {
            if (permitted.size() >= limit || isSpent()) {
                return found(last == null ? "" : last); // nothing was looked at yet: go on from the first
            }
            var candidate = left.next();
            last = candidate.id();
            look(candidate);
        }
        return found(null);
    }

    private boolean isSpent() {
        return evaluated >= budget.evaluations()
                || (evaluated > 0
                        && evaluated % STRIDE == 0
                        && budget.timeIsUp().getAsBoolean());
    }

    private void look(EntityUid candidate) {
        evaluated++;
        var evaluation =
                policies.evaluate(search.about(candidate), search.around().apply(candidate));
        switch (evaluation.answer(search.satisfied())) {
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
