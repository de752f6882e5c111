package dev.countersign.policy;

import dev.countersign.policy.ScopeIndex.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One of the conditions that must all hold for a policy to apply.
 *
 * @param holds the condition
 * @param mentions the parts of a request that it looks at; whatever it does not mention does not change it
 * @param bound within what it keeps one part of the request, or null
 */
record Conjunct(
        Expression holds, Set<Part> mentions, @Nullable Bound bound) {
    /** The conditions of a policy in Cedar's JSON format, which {@code compiler} has already accepted. */
    static List<Conjunct> of(JsonNode conditions, ExpressionCompiler compiler) {
        var conjuncts = new ArrayList<Conjunct>();
        for (var condition : conditions) {
            var body = condition.get("body");
            if (condition.get("kind").stringValue().equals("when")) {
                split("&&", body)
                        .forEach(each -> conjuncts.add(
                                new Conjunct(compiler.compile(each), mentions(each), Bound.of(each, compiler))));
            } else {
                conjuncts.add(new Conjunct(Operators.not(compiler.compile(body)), mentions(body), null));
            }
        }
        return List.copyOf(conjuncts);
    }

    /** The operands of a chain of the operator, from left to right; the expression itself when it is none. */
    static List<JsonNode> split(String operator, JsonNode expression) {
        var operands = new ArrayList<JsonNode>();
        var rest = expression;
        for (var chain = rest.get(operator); chain != null; chain = rest.get(operator)) {
            operands.addAll(0, split(operator, chain.get("right")));
            rest = chain.get("left");
        }
        operands.addFirst(rest);
        return operands;
    }

    /** The parts of a request that appear anywhere in the expression. */
    static Set<Part> mentions(JsonNode expression) {
        var found = EnumSet.noneOf(Part.class);
        collect(expression, found);
        return found;
    }

    private static void collect(JsonNode node, Set<Part> found) {
        var variable = node.get("Var");
        if (variable != null && variable.isString()) {
            var part = Bound.part(variable.stringValue());
            if (part != null) {
                found.add(part);
            }
            return;
        }
        for (var child : node) {
            collect(child, found);
        }
    }
}
