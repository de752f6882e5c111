package dev.countersign.policy;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A policy ready to be evaluated.
 *
 * @param condition all its conditions in one
 * @param conjuncts the same, one by one, for searches; none for a forbid
 * @param alone a list of just this policy, made once for the many evaluations that find one
 */
record CompiledPolicy(
        int order,
        Policy policy,
        Effect effect,
        Scope principal,
        Scope action,
        Scope resource,
        Expression condition,
        List<Conjunct> conjuncts,
        List<Policy> alone)
        implements ScopeIndex.Shelf {
    private static final Expression ALWAYS = new Expression.Constant(Bool.TRUE);

    /** From Cedar's JSON policy format. Throws {@link IllegalArgumentException}. */
    @SuppressWarnings("ReferenceEquality") // ALWAYS is the start and nothing else
    static CompiledPolicy of(int order, Policy policy, JsonNode json, ExpressionCompiler compiler) {
        var all = ALWAYS;
        for (var condition : json.path("conditions")) {
            var body = compiler.compile(condition.get("body"));
            var holds = condition.get("kind").stringValue().equals("when") ? body : Operators.not(body);
            all = all == ALWAYS ? holds : Operators.and(all, holds);
        }
        return new CompiledPolicy(
                order,
                policy,
                policy.effect(),
                compiler.scope(json.get("principal")),
                compiler.scope(json.get("action")),
                compiler.scope(json.get("resource")),
                all,
                policy.effect() == Effect.PERMIT ? Conjunct.of(json.get("conditions"), compiler) : List.of(),
                List.of(policy));
    }

    /** Its head matches, as the way through the index has shown. */
    @Override
    public void visit(ScopeIndex.Search search) {
        search.candidate(this);
    }
}
