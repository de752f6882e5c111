package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A policy ready to be evaluated: its scope and its conditions. */
record CompiledPolicy(
        int order, Policy policy, Scope principal, Scope action, Scope resource, List<Expression> conditions) {

    /** From Cedar's JSON policy format. Throws {@link IllegalArgumentException}. */
    static CompiledPolicy of(int order, Policy policy, JsonNode json) {
        var conditions = new ArrayList<Expression>();
        for (var condition : json.path("conditions")) {
            var body = new ExpressionCompiler().compile(condition.get("body"));
            conditions.add(condition.get("kind").stringValue().equals("when") ? body : Operators.not(body));
        }
        return new CompiledPolicy(
                order,
                policy,
                Scope.of(json.get("principal")),
                Scope.of(json.get("action")),
                Scope.of(json.get("resource")),
                List.copyOf(conditions));
    }

    /** True when it applies. Throws {@link EvaluationError}. */
    boolean matches(Environment environment) {
        var request = environment.request();
        if (!principal.matches(request.principal(), environment)
                || !action.matches(request.action(), environment)
                || !resource.matches(request.resource(), environment)) {
            return false;
        }
        for (var i = 0; i < conditions.size(); i++) {
            if (!conditions.get(i).test(environment)) {
                return false;
            }
        }
        return true;
    }
}
