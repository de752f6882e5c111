package dev.countersign.policy;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A policy ready to be evaluated. Its conditions stand in it, not in a list: with thousands of policies every object on the
 * way is one more wait for memory. What an evaluation reads stands first and together.
 *
 * @param first the first condition, or null when there is none; then {@code second} and {@code third} are null too
 * @param third the third, or all the others in one
 */
record CompiledPolicy(
        int order,
        Policy policy,
        Effect effect,
        @Nullable Expression first,
        @Nullable Expression second,
        @Nullable Expression third,
        Scope principal,
        Scope action,
        Scope resource)
        implements ScopeIndex.Shelf {
    /** From Cedar's JSON policy format. Throws {@link IllegalArgumentException}. */
    static CompiledPolicy of(int order, Policy policy, JsonNode json, ExpressionCompiler compiler) {
        var conditions = new ArrayList<Expression>();
        for (var condition : json.path("conditions")) {
            var body = compiler.compile(condition.get("body"));
            if (condition.get("kind").stringValue().equals("when")) {
                conditions.addAll(Operators.conjuncts(body));
            } else {
                conditions.add(Operators.not(body));
            }
        }
        return new CompiledPolicy(
                order,
                policy,
                policy.effect(),
                conditions.isEmpty() ? null : conditions.get(0),
                conditions.size() < 2 ? null : conditions.get(1),
                conditions.size() < 3 ? null : Operators.all(conditions.subList(2, conditions.size())),
                compiler.scope(json.get("principal")),
                compiler.scope(json.get("action")),
                compiler.scope(json.get("resource")));
    }

    /** Whether its conditions hold, each looked at only when those before do. Throws {@link EvaluationError}. */
    boolean holds(Environment environment) {
        return (first == null || first.test(environment))
                && (second == null || second.test(environment))
                && (third == null || third.test(environment));
    }

    /** Its head matches, as the way through the index has shown. */
    @Override
    public void visit(ScopeIndex.Search search) {
        search.candidate(this);
    }
}
