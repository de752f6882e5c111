package dev.countersign.policy;

import com.cedarpolicy.model.exception.InternalException;
import dev.countersign.policy.ExpressionSyntax.Form;
import dev.countersign.policy.ExpressionSyntax.Node;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy with the places of its parts, to be evaluated piece by piece. Made when one is explained for the first time.
 *
 * @param est the reference's JSON of it
 * @param head where principal, action and resource stand; empty when that is not understood
 */
record SourcedPolicy(
        CompiledPolicy compiled, JsonNode est, SourceRange source, List<SourceRange> head, List<Condition> conditions) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A {@code when}, or an {@code unless}, which holds where its expression does not. */
    record Condition(boolean isWhen, Piece piece) {}

    /**
     * A part of a condition.
     *
     * @param pieces what decides it, in the order in which it is evaluated; empty for one that has no such parts
     * @param reads what it reads; only of one without pieces
     * @param constants the values that it names; only of one without pieces
     */
    record Piece(
            Form form,
            SourceRange source,
            Expression expression,
            List<Piece> pieces,
            List<AttributePath> reads,
            List<Value> constants) {}

    /** To be called with much stack, see {@link DeepStack}. Throws when the reference no longer takes what has loaded. */
    static SourcedPolicy of(CompiledPolicy compiled, PolicyText text) throws InternalException {
        var est = JSON.readTree(com.cedarpolicy.model.policy.PolicySet.parsePolicies(text.text())
                .policies
                .iterator()
                .next()
                .toJson());
        var whole = text.range(text.start(), text.end());
        var layout = layout(text);
        var compiler = new ExpressionCompiler();
        var conditions = new ArrayList<Condition>();
        for (var condition : est.path("conditions")) {
            var body = (ObjectNode) condition.get("body");
            var place = layout.conditions().size() == est.get("conditions").size()
                    ? layout.conditions().get(conditions.size())
                    : new PolicyLayout.Condition(whole, List.of());
            conditions.add(new Condition(
                    condition.get("kind").stringValue().equals("when"), piece(body, place, text, compiler)));
        }
        return new SourcedPolicy(compiled, est, whole, layout.head(), List.copyOf(conditions));
    }

    /** Nothing when the text is not understood: then places are the whole policy's. */
    private static PolicyLayout layout(PolicyText text) {
        try {
            return PolicyLayout.of(text);
        } catch (IllegalArgumentException e) {
            return new PolicyLayout(List.of(), List.of());
        }
    }

    private static Piece piece(
            ObjectNode body, PolicyLayout.Condition place, PolicyText text, ExpressionCompiler compiler) {
        try {
            var node = ExpressionSyntax.read(place.tokens());
            if (node.est().equals(body)) {
                return piece(node, text, compiler);
            }
        } catch (IllegalArgumentException e) {
            // read otherwise than by the reference: told as a whole, below
        }
        return whole(body, place.source(), compiler);
    }

    private static Piece piece(Node node, PolicyText text, ExpressionCompiler compiler) {
        var source = text.range(node.start(), node.end());
        return node.form() == Form.WHOLE
                ? whole(node.est(), source, compiler)
                : new Piece(
                        node.form(),
                        source,
                        compiler.compile(node.est()),
                        node.parts().stream()
                                .map(part -> piece(part, text, compiler))
                                .toList(),
                        List.of(),
                        List.of());
    }

    private static Piece whole(ObjectNode est, SourceRange source, ExpressionCompiler compiler) {
        return new Piece(
                Form.WHOLE,
                source,
                compiler.compile(est),
                List.of(),
                AttributePath.in(est, compiler),
                constants(est, compiler, new ArrayList<>()));
    }

    private static List<Value> constants(JsonNode est, ExpressionCompiler compiler, List<Value> found) {
        if (est.has("like")) {
            var text = new StringBuilder();
            est.get("like")
                    .get("pattern")
                    .forEach(piece -> text.append(piece.path("Literal").asString("")));
            found.add(new StringValue(text.toString()));
        } else if (compiler.compile(est) instanceof Expression.Constant constant) {
            found.add(constant.value());
            return found;
        }
        for (var child : est.properties().iterator().next().getValue()) {
            if (child.isObject() && child.size() == 1) {
                constants(child, compiler, found);
            }
        }
        return found;
    }
}
