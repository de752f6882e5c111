package dev.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that an expression reads: an attribute, however deep, a tag, or one of the request's own entities.
 *
 * @param text as a policy would write it: {@code context.session.signals}
 * @param variable {@code principal}, {@code action}, {@code resource}, {@code context}, or empty when it starts elsewhere
 * @param attributes the names after the variable; empty for the variable itself
 * @param expression its value
 * @param isTag whether its last name is a tag's
 * @param isAsked whether the expression only asks if it is there
 * @param isPlaced whether the expression asks what it is in
 */
record AttributePath(
        String text,
        String variable,
        List<String> attributes,
        Expression expression,
        boolean isTag,
        boolean isAsked,
        boolean isPlaced) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What {@code est} reads, each once, in order. Cedar's JSON policy format. */
    static List<AttributePath> in(JsonNode est, ExpressionCompiler compiler) {
        var search = new Search(compiler);
        search.visit(est, false);
        return List.copyOf(search.found.values());
    }

    /** Its value or null when it is not there. */
    @Nullable
    Value value(Environment environment) {
        try {
            return expression.evaluate(environment);
        } catch (EvaluationError e) {
            return null;
        }
    }

    private static final class Search {
        private final ExpressionCompiler compiler;
        private final Map<String, AttributePath> found = new LinkedHashMap<>();

        Search(ExpressionCompiler compiler) {
            this.compiler = compiler;
        }

        void visit(JsonNode est, boolean placed) {
            var member = est.properties().iterator().next();
            var body = member.getValue();
            switch (member.getKey()) {
                case "Value" -> {}
                case "Var", "." -> path(est, est, false, placed);
                case "has" ->
                    path(est, attribute(body.get("left"), body.get("attr").stringValue()), true, false);
                case "getTag" -> path(est, est, false, placed);
                case "hasTag" -> path(est, JsonNodeFactory.instance.objectNode().set("getTag", body), true, false);
                case "in" -> {
                    visit(body.get("left"), true);
                    visit(body.get("right"), false);
                }
                case "is" -> {
                    visit(body.get("left"), body.has("in"));
                    if (body.has("in")) {
                        visit(body.get("in"), false);
                    }
                }
                default -> children(body);
            }
        }

        /** Operands are objects of one member; everything else that stands there is a name. */
        private void children(JsonNode body) {
            for (var child : body) {
                if (child.isObject() && child.size() == 1) {
                    visit(child, false);
                }
            }
        }

        private static ObjectNode attribute(JsonNode left, String name) {
            var est = JsonNodeFactory.instance.objectNode();
            est.putObject(".").set("left", left).put("attr", name);
            return est;
        }

        private void path(JsonNode whole, JsonNode est, boolean asked, boolean placed) {
            var names = new ArrayList<String>();
            var text = new StringBuilder();
            var root = root(est, names, text);
            if (root == null) {
                children(whole.properties().iterator().next().getValue());
                return;
            }
            var path = new AttributePath(
                    text.toString(), root, List.copyOf(names), compiler.compile(est), est.has("getTag"), asked, placed);
            found.merge(path.text, path, AttributePath::both);
        }

        /** The variable that {@code est} starts at, "" for a named entity, or null when it is not a path. */
        private static @Nullable String root(JsonNode est, List<String> names, StringBuilder text) {
            if (est.has("Var")) {
                text.append(est.get("Var").stringValue());
                return est.get("Var").stringValue();
            }
            if (est.path("Value").has("__entity")) {
                text.append(CedarJson.uid(est.get("Value")));
                return "";
            }
            var tag = est.path("getTag");
            if (tag.isObject() && tag.get("right").path("Value").isString()) {
                var root = root(tag.get("left"), names, text);
                var name = tag.get("right").get("Value").stringValue();
                names.add(name);
                text.append(".getTag(").append(StringLiteral.of(name)).append(')');
                return root;
            }
            if (!est.has(".")) {
                return null;
            }
            var root = root(est.get(".").get("left"), names, text);
            var name = est.get(".").get("attr").stringValue();
            names.add(name);
            if (WORD.matcher(name).matches()) {
                text.append('.').append(name);
            } else {
                text.append('[').append(StringLiteral.of(name)).append(']');
            }
            return root;
        }
    }

    private AttributePath both(AttributePath other) {
        return new AttributePath(
                text, variable, attributes, expression, isTag, isAsked || other.isAsked, isPlaced || other.isPlaced);
    }
}
