package dev.countersign.policy;

import dev.countersign.policy.ScopeIndex.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a condition says about where one part of a request is: {@code resource in principal.folders}, {@code resource ==
 * Account::"a" || resource in Group::"g"}. A request that is in none of these does not satisfy the condition.
 *
 * @param anyOf at least one of them holds
 */
record Bound(Part part, List<Within> anyOf) {
    /** From an expression in Cedar's JSON format, or null when it does not have one of these forms. */
    static @Nullable Bound of(JsonNode expression, ExpressionCompiler compiler) {
        Part part = null;
        var anyOf = new ArrayList<Within>();
        for (var alternative : Conjunct.split("||", expression)) {
            var one = single(alternative, compiler);
            if (one == null || (part != null && part != one.part)) {
                return null;
            }
            part = one.part;
            anyOf.addAll(one.anyOf);
        }
        return part == null ? null : new Bound(part, List.copyOf(anyOf));
    }

    private static @Nullable Bound single(JsonNode expression, ExpressionCompiler compiler) {
        if (expression.size() != 1) {
            return null;
        }
        var operator = expression.properties().iterator().next();
        var body = operator.getValue();
        return switch (operator.getKey()) {
            case "in" -> bound(body.get("left"), null, false, body.get("right"), compiler);
            case "is" ->
                bound(body.get("left"), body.get("entity_type").stringValue(), false, body.get("in"), compiler);
            case "contains" -> bound(body.get("right"), null, true, body.get("left"), compiler);
            case "==" -> {
                var left = bound(body.get("left"), null, true, body.get("right"), compiler);
                yield left != null ? left : bound(body.get("right"), null, true, body.get("left"), compiler);
            }
            default -> null;
        };
    }

    private static @Nullable Bound bound(
            JsonNode variable,
            @Nullable String type,
            boolean exact,
            @Nullable JsonNode groups,
            ExpressionCompiler compiler) {
        var named = variable.get("Var");
        var part = named == null ? null : part(named.stringValue());
        if (part == null) {
            return null;
        }
        return new Bound(
                part,
                List.of(
                        groups == null
                                ? new Within(type, false, null, Set.of(), true)
                                : new Within(
                                        type,
                                        exact,
                                        compiler.compile(groups),
                                        Conjunct.mentions(groups),
                                        isDirect(groups))));
    }

    private static boolean isDirect(JsonNode groups) {
        var attribute = groups.get(".");
        var elements = groups.get("Set");
        return groups.has("Value")
                || (attribute != null && attribute.path("left").has("Var"))
                || (elements != null && elements.valueStream().allMatch(element -> element.has("Value")));
    }

    /** The part that a variable stands for, or null for {@code context}. */
    static @Nullable Part part(String variable) {
        return switch (variable) {
            case "principal" -> Part.PRINCIPAL;
            case "action" -> Part.ACTION;
            case "resource" -> Part.RESOURCE;
            default -> null;
        };
    }

    /**
     * One place.
     *
     * @param type of this entity type, or null
     * @param exact true: one of {@code groups} itself; false: or in one of them
     * @param groups an entity or a set of them, or null for anywhere
     * @param mentions the parts of the request that {@code groups} looks at
     * @param isDirect {@code groups} looks at no entity, or at an attribute of a part of the request and nothing beyond
     */
    record Within(
            @Nullable String type, boolean exact, @Nullable Expression groups, Set<Part> mentions, boolean isDirect) {}
}
