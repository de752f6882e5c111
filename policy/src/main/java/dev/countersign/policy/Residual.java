package dev.countersign.policy;

import dev.countersign.policy.ScopeIndex.Part;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a policy set when all parts of a request but one are known: the policies whose heads match those, each
 * with what of it still depends on the open part. Decides about a candidate as {@link PolicySet#evaluate} and {@link
 * Evaluation#answer} do.
 *
 * <p>A permit in error permits nothing. So a permit of which a condition about the known parts alone is false or in error is
 * left out, and one of which they are true is reduced to the others. Forbids in error close the door, and are kept whole.
 */
record Residual(List<Rule> permits, List<Rule> forbids) {
    static Residual of(List<CompiledPolicy> policies, Search search) {
        var known = new Environment(search.request(), search.known());
        var permits = new ArrayList<Rule>();
        var forbids = new ArrayList<Rule>();
        for (var policy : policies) {
            if (!headMatches(policy, search.open().part(), known)) {
                continue;
            }
            if (policy.effect() == Effect.FORBID) {
                forbids.add(Rule.whole(policy, search.open().part()));
            } else {
                var rule = search.around() != null
                        ? Rule.whole(policy, search.open().part())
                        : Rule.reduced(policy, search.open().part(), known);
                if (rule != null) {
                    permits.add(rule);
                }
            }
        }
        return new Residual(permits, forbids);
    }

    private static boolean headMatches(CompiledPolicy policy, Part open, Environment known) {
        var request = known.request();
        return (open == Part.PRINCIPAL || policy.principal().matches(request.principal(), known))
                && (open == Part.ACTION || policy.action().matches(request.action(), known))
                && (open == Part.RESOURCE || policy.resource().matches(request.resource(), known));
    }

    int size() {
        return permits.size() + forbids.size();
    }

    /** What still has to happen before the candidate is permitted: nothing, requirements, or null when it never is. */
    @Nullable
    Set<Requirement> open(EntityUid candidate, Environment environment, Predicate<Requirement> satisfied) {
        if (!anyPermits(candidate, environment)) {
            return null;
        }
        var open = Set.<Requirement>of();
        for (var forbid : forbids) {
            try {
                if (!forbid.applies(candidate, environment)) {
                    continue;
                }
            } catch (EvaluationError e) {
                return null;
            }
            var requirements = forbid.policy().policy().requirements();
            if (requirements.isEmpty()) {
                return null;
            }
            for (var requirement : requirements) {
                if (!satisfied.test(requirement)) {
                    open = open.isEmpty() ? new LinkedHashSet<>() : open;
                    open.add(requirement);
                }
            }
        }
        return open;
    }

    private boolean anyPermits(EntityUid candidate, Environment environment) {
        for (var permit : permits) {
            if (isPermitted(permit, candidate, environment)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPermitted(Rule permit, EntityUid candidate, Environment environment) {
        try {
            return permit.applies(candidate, environment);
        } catch (EvaluationError e) {
            return false; // a permit in error permits nothing
        }
    }

    /**
     * A policy of which only the open part is still to be tested.
     *
     * @param scope what its head wants of the open part, or null for anything
     * @param conditions all must hold, in this order
     */
    record Rule(CompiledPolicy policy, @Nullable Scope scope, List<Expression> conditions) {
        static Rule whole(CompiledPolicy policy, Part open) {
            return new Rule(policy, scope(policy, open), policy.conditions());
        }

        /** Without what the known parts have shown, or null when they have shown that it cannot apply. */
        static @Nullable Rule reduced(CompiledPolicy permit, Part open, Environment known) {
            var left = new ArrayList<Expression>();
            for (var conjunct : permit.conjuncts()) {
                if (conjunct.mentions().contains(open)) {
                    left.add(conjunct.holds());
                } else if (!holds(conjunct.holds(), known)) {
                    return null;
                }
            }
            return new Rule(permit, scope(permit, open), List.copyOf(left));
        }

        private static @Nullable Scope scope(CompiledPolicy policy, Part open) {
            return switch (open) {
                case PRINCIPAL -> policy.principal().untested();
                case ACTION -> policy.action().untested();
                case RESOURCE -> policy.resource().untested();
                case NOTHING -> null;
            };
        }

        private static boolean holds(Expression condition, Environment known) {
            try {
                return condition.test(known);
            } catch (EvaluationError e) {
                return false;
            }
        }

        /** Throws {@link EvaluationError}. */
        boolean applies(EntityUid candidate, Environment environment) {
            if (scope != null && !scope.matches(candidate, environment)) {
                return false;
            }
            for (var condition : conditions) {
                if (!condition.test(environment)) {
                    return false;
                }
            }
            return true;
        }
    }
}
