package dev.countersign.policy;

import dev.countersign.policy.Expression.Constant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compiles Cedar's JSON policy format ("EST", Cedar reference, "JSON policy format") to {@link Expression}s. One compiler
 * serves a whole policy set: what several policies say alike becomes one object, so that thousands of similar policies
 * stay within the processor's cache.
 */
final class ExpressionCompiler {
    /** Deepest nesting of an expression; the reference's parser refuses less deep ones already. */
    static final int MAX_DEPTH = 1_000;

    private final Map<JsonNode, Expression> known = new HashMap<>();
    private final Map<Scope, Scope> scopes = new HashMap<>();
    private int depth;

    /** A constraint in a policy's head. Throws {@link IllegalArgumentException}. */
    Scope scope(JsonNode head) {
        return scopes.computeIfAbsent(Scope.of(head), scope -> scope);
    }

    /** Throws {@link IllegalArgumentException} on what is not of the format, or a template's slot. */
    Expression compile(JsonNode node) {
        var earlier = known.get(node);
        if (earlier != null) {
            return earlier;
        }
        if (depth == MAX_DEPTH) {
            throw new IllegalArgumentException("expression nested deeper than " + MAX_DEPTH);
        }
        if (!node.isObject() || node.size() != 1) {
            throw new IllegalArgumentException("malformed expression");
        }
        depth++;
        try {
            var member = node.properties().iterator().next();
            var expression = fold(operator(member.getKey(), member.getValue()));
            known.put(node, expression);
            return expression;
        } finally {
            depth--;
        }
    }

    /** Evaluates now what is constant; an error stays for the evaluation. */
    private static Expression fold(Expression expression) {
        return expression.isConstant() && !(expression instanceof Constant) ? evaluated(expression) : expression;
    }

    private static Expression evaluated(Expression expression) {
        try {
            return new Constant(expression.evaluate(Environment.nowhere()));
        } catch (EvaluationError e) {
            return expression;
        }
    }

    private Expression operator(String name, JsonNode body) {
        return switch (name) {
            case "Value" -> new Constant(CedarJson.value(body));
            case "Var" -> variable(body.stringValue());
            case "Slot" -> throw new IllegalArgumentException("templates are not supported");
            case "!" -> Operators.not(compile(body.get("arg")));
            case "neg" -> Operators.negate(compile(body.get("arg")));
            case "isEmpty" -> Operators.isEmpty(compile(body.get("arg")));
            case "==",
                    "!=",
                    "<",
                    "<=",
                    ">",
                    ">=",
                    "&&",
                    "||",
                    "+",
                    "-",
                    "*",
                    "in",
                    "contains",
                    "containsAll",
                    "containsAny",
                    "getTag",
                    "hasTag" -> binary(name, compile(body.get("left")), compile(body.get("right")));
            case "." ->
                Operators.get(compile(body.get("left")), body.get("attr").stringValue());
            case "has" ->
                Operators.has(compile(body.get("left")), body.get("attr").stringValue());
            case "like" -> Operators.like(compile(body.get("left")), pattern(body.get("pattern")));
            case "is" -> is(body);
            case "if-then-else" ->
                Operators.choose(compile(body.get("if")), compile(body.get("then")), compile(body.get("else")));
            case "Set" -> set(compileAll(body));
            case "Record" -> object(body);
            default -> extension(name, body);
        };
    }

    private static Expression variable(String name) {
        return switch (name) {
            case "principal" -> environment -> environment.request().principal();
            case "action" -> environment -> environment.request().action();
            case "resource" -> environment -> environment.request().resource();
            case "context" -> environment -> environment.request().context();
            default -> throw new IllegalArgumentException("unknown variable " + name);
        };
    }

    private static Expression binary(String name, Expression left, Expression right) {
        return switch (name) {
            case "==" -> Operators.equal(left, right);
            case "!=" -> Operators.notEqual(left, right);
            case "<" -> Operators.less(left, right);
            case "<=" -> Operators.lessOrEqual(left, right);
            case ">" -> greater(left, right, false);
            case ">=" -> greater(left, right, true);
            case "&&" -> Operators.and(left, right);
            case "||" -> Operators.or(left, right);
            case "+", "-", "*" -> Operators.arithmetic(name.charAt(0), left, right);
            case "in" -> Operators.in(left, right);
            case "contains" -> Operators.contains(left, right);
            case "containsAll" -> Operators.containsAll(left, right);
            case "containsAny" -> Operators.containsAny(left, right);
            case "getTag" -> Operators.getTag(left, right);
            default -> Operators.hasTag(left, right);
        };
    }

    /** {@code a > b} is {@code !(a <= b)}: operands keep their order of evaluation. */
    private static Expression greater(Expression left, Expression right, boolean orEqual) {
        return Operators.not(orEqual ? Operators.less(left, right) : Operators.lessOrEqual(left, right));
    }

    private Expression is(JsonNode body) {
        var left = compile(body.get("left"));
        var is = Operators.is(left, body.get("entity_type").stringValue());
        var in = body.get("in");
        return in == null ? is : Operators.and(is, Operators.in(left, compile(in)));
    }

    private Expression extension(String name, JsonNode arguments) {
        if (!arguments.isArray() || arguments.isEmpty()) {
            throw new IllegalArgumentException("unknown operator " + name);
        }
        var call = ExtensionFunctions.call(name, compileAll(arguments));
        if (call == null) {
            throw new IllegalArgumentException("unknown function " + name);
        }
        return call;
    }

    private List<Expression> compileAll(JsonNode array) {
        var expressions = new ArrayList<Expression>(array.size());
        for (var element : array) {
            expressions.add(compile(element));
        }
        return expressions;
    }

    private static Expression set(List<Expression> elements) {
        return constantWhen(elements.stream().allMatch(Expression::isConstant), environment -> {
            var values = new LinkedHashSet<Value>();
            for (var element : elements) {
                values.add(element.evaluate(environment));
            }
            return SetValue.of(values);
        });
    }

    private Expression object(JsonNode body) {
        var members = new LinkedHashMap<String, Expression>();
        for (var member : body.properties()) {
            members.put(member.getKey(), compile(member.getValue()));
        }
        return constantWhen(members.values().stream().allMatch(Expression::isConstant), environment -> {
            var values = new LinkedHashMap<String, Value>();
            for (Map.Entry<String, Expression> member : members.entrySet()) {
                values.put(member.getKey(), member.getValue().evaluate(environment));
            }
            return RecordValue.of(values);
        });
    }

    private static Expression constantWhen(boolean constant, Expression expression) {
        return constant ? evaluated(expression) : expression;
    }

    private static List<@Nullable String> pattern(JsonNode pattern) {
        var pieces = new ArrayList<@Nullable String>();
        for (var piece : pattern) {
            pieces.add(piece.isObject() ? piece.get("Literal").stringValue() : null);
        }
        return pieces;
    }
}
