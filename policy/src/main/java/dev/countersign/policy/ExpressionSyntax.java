package dev.countersign.policy;

import dev.countersign.policy.SourceToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an expression's text into the JSON that the reference makes of it, and keeps what that JSON leaves out: where each
 * part stands. Used to explain, never to decide: what decides is the reference's own JSON, and a reading that differs
 * from it is not used (see {@link ExplainedPolicy}).
 */
final class ExpressionSyntax {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> VARIABLES = Set.of("principal", "action", "resource", "context");
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=", "in");
    private static final Set<String> METHODS_OF_TWO =
            Set.of("contains", "containsAll", "containsAny", "getTag", "hasTag");

    private final List<SourceToken> tokens;
    private int at;

    private ExpressionSyntax(List<SourceToken> tokens) {
        this.tokens = tokens;
    }

    /** Reads all of {@code tokens}. Throws {@link IllegalArgumentException}. */
    static Node read(List<SourceToken> tokens) {
        var syntax = new ExpressionSyntax(tokens);
        var node = syntax.expression();
        if (syntax.at < tokens.size()) {
            throw new IllegalArgumentException("more than an expression");
        }
        return node;
    }

    /** How the parts of an expression decide it. */
    enum Form {
        /** The first part that does not hold. */
        ALL,
        /** The first part that holds. */
        ANY,
        /** The opposite of its one part. */
        NOT,
        /** The first part says which of the other two. */
        CHOICE,
        /** No parts: itself. */
        WHOLE
    }

    /**
     * An expression and where it stands.
     *
     * @param est in Cedar's JSON policy format
     * @param start offset in the file
     */
    record Node(Form form, ObjectNode est, int start, int end, List<Node> parts) {}

    private Node expression() {
        if (!peeks("if")) {
            return chain("||", Form.ANY);
        }
        var start = next().start();
        var test = expression();
        expect("then");
        var then = expression();
        expect("else");
        var otherwise = expression();
        var est = NODES.objectNode();
        est.putObject("if-then-else").set("if", test.est).set("then", then.est).set("else", otherwise.est);
        return new Node(Form.CHOICE, est, start, otherwise.end, List.of(test, then, otherwise));
    }

    /** {@code a && b && c}: one node with three parts, though the JSON nests to the left. */
    private Node chain(String operator, Form form) {
        var node = form == Form.ANY ? chain("&&", Form.ALL) : relation();
        while (peeks(operator)) {
            at++;
            var right = form == Form.ANY ? chain("&&", Form.ALL) : relation();
            var parts = new ArrayList<Node>();
            parts.addAll(node.form == form ? node.parts : List.of(node));
            parts.addAll(right.form == form ? right.parts : List.of(right));
            node = new Node(form, operator(operator, node.est, right.est), node.start, right.end, List.copyOf(parts));
        }
        return node;
    }

    private Node relation() {
        var left = sum();
        if (at == tokens.size()) {
            return left;
        }
        var operator = tokens.get(at).text();
        if (COMPARISONS.contains(operator)) {
            at++;
            var right = sum();
            return whole(operator(operator, left.est, right.est), left.start);
        }
        return switch (operator) {
            case "has" -> has(left);
            case "like" -> like(left);
            case "is" -> is(left);
            default -> left;
        };
    }

    private Node has(Node left) {
        at++;
        var of = left.est;
        var test = attribute("has", of, word());
        while (peeks(".")) {
            at++;
            of = attribute(".", of, lastName(test));
            var next = attribute("has", of, word());
            test = operator("&&", test, next);
        }
        return whole(test, left.start);
    }

    /** The attribute that the innermost, last {@code has} asks for. */
    private static String lastName(ObjectNode test) {
        var last = test.has("&&") ? test.get("&&").get("right") : test;
        return last.get("has").get("attr").stringValue();
    }

    private Node like(Node left) {
        at++;
        var est = NODES.objectNode();
        var body = est.putObject("like");
        body.set("left", left.est);
        var pattern = body.putArray("pattern");
        for (var piece : StringLiteral.pattern(require(Kind.STRING).text())) {
            if (piece == null) {
                pattern.add("Wildcard");
            } else {
                pattern.addObject().put("Literal", piece);
            }
        }
        return whole(est, left.start);
    }

    private Node is(Node left) {
        at++;
        var est = NODES.objectNode();
        var body = est.putObject("is");
        body.set("left", left.est);
        body.put("entity_type", path());
        if (peeks("in")) {
            at++;
            body.set("in", sum().est);
        }
        return whole(est, left.start);
    }

    private Node sum() {
        var node = product();
        while (peeks("+") || peeks("-")) {
            var operator = next().text();
            node = whole(operator(operator, node.est, product().est), node.start);
        }
        return node;
    }

    private Node product() {
        var node = unary();
        while (peeks("*")) {
            at++;
            node = whole(operator("*", node.est, unary().est), node.start);
        }
        return node;
    }

    private Node unary() {
        if (peeks("!")) {
            var start = next().start();
            var operand = unary();
            return new Node(Form.NOT, argument("!", operand.est), start, operand.end, List.of(operand));
        }
        if (!peeks("-")) {
            return member();
        }
        var start = next().start();
        if (at < tokens.size() && tokens.get(at).kind() == Kind.NUMBER) {
            return whole(number("-" + next().text()), start);
        }
        return whole(argument("neg", unary().est), start);
    }

    private Node member() {
        var node = primary();
        while (peeks(".") || peeks("[")) {
            if (next().is("[")) {
                var key = word();
                expect("]");
                node = whole(attribute(".", node.est, key), node.start);
                continue;
            }
            var name = word();
            node = peeks("(") ? method(node, name) : whole(attribute(".", node.est, name), node.start);
        }
        return node;
    }

    private Node method(Node of, String name) {
        var arguments = list("(", ")");
        if (METHODS_OF_TWO.contains(name) && arguments.size() == 1) {
            return whole(operator(name, of.est, arguments.getFirst().est), of.start);
        }
        if (name.equals("isEmpty")) {
            return whole(argument(name, of.est), of.start);
        }
        var est = NODES.objectNode();
        var all = est.putArray(name).add(of.est);
        arguments.forEach(argument -> all.add(argument.est));
        return whole(est, of.start);
    }

    private Node primary() {
        var token = tokens.get(at);
        return switch (token.kind()) {
            case NUMBER -> {
                at++;
                yield whole(number(token.text()), token.start());
            }
            case STRING -> {
                at++;
                yield whole(value(NODES.stringNode(StringLiteral.content(token.text()))), token.start());
            }
            case WORD -> name(token);
            case SIGN -> bracketed(token);
        };
    }

    private Node name(SourceToken token) {
        if (token.text().equals("true") || token.text().equals("false")) {
            at++;
            return whole(value(NODES.booleanNode(token.text().equals("true"))), token.start());
        }
        var path = path();
        if (peeks("::")) {
            at++;
            var est = NODES.objectNode();
            est.putObject("Value")
                    .putObject("__entity")
                    .put("type", path)
                    .put("id", StringLiteral.content(require(Kind.STRING).text()));
            return whole(est, token.start());
        }
        if (peeks("(")) {
            var est = NODES.objectNode();
            var arguments = est.putArray(path);
            list("(", ")").forEach(argument -> arguments.add(argument.est));
            return whole(est, token.start());
        }
        if (!VARIABLES.contains(path)) {
            throw new IllegalArgumentException("unknown name " + path);
        }
        return whole(NODES.objectNode().put("Var", path), token.start());
    }

    private Node bracketed(SourceToken token) {
        if (token.is("(")) {
            at++;
            var inner = expression();
            expect(")");
            return new Node(
                    inner.form, inner.est, token.start(), tokens.get(at - 1).end(), inner.parts);
        }
        var est = NODES.objectNode();
        if (token.is("[")) {
            var elements = est.putArray("Set");
            list("[", "]").forEach(element -> elements.add(element.est));
            return whole(est, token.start());
        }
        expect("{");
        var members = est.putObject("Record");
        while (!peeks("}")) {
            var name = word();
            expect(":");
            members.set(name, expression().est);
            if (!peeks("}")) {
                expect(",");
            }
        }
        at++;
        return whole(est, token.start());
    }

    private List<Node> list(String opening, String closing) {
        expect(opening);
        var elements = new ArrayList<Node>();
        while (!peeks(closing)) {
            elements.add(expression());
            if (!peeks(closing)) {
                expect(",");
            }
        }
        at++;
        return elements;
    }

    /** {@code A::B}, up to but without a {@code ::} before a string. */
    private String path() {
        var path = new StringBuilder(require(Kind.WORD).text());
        while (peeks("::") && at + 1 < tokens.size() && tokens.get(at + 1).kind() == Kind.WORD) {
            at++;
            path.append("::").append(next().text());
        }
        return path.toString();
    }

    /** A member's name: a word, or a string. */
    private String word() {
        var token = next();
        return switch (token.kind()) {
            case WORD -> token.text();
            case STRING -> StringLiteral.content(token.text());
            default -> throw new IllegalArgumentException("expected a name");
        };
    }

    private boolean peeks(String text) {
        return at < tokens.size() && tokens.get(at).is(text);
    }

    private SourceToken next() {
        if (at == tokens.size()) {
            throw new IllegalArgumentException("unfinished expression");
        }
        return tokens.get(at++);
    }

    private SourceToken require(Kind kind) {
        var token = next();
        if (token.kind() != kind) {
            throw new IllegalArgumentException("unexpected " + token.text());
        }
        return token;
    }

    private void expect(String text) {
        if (!next().is(text)) {
            throw new IllegalArgumentException("expected " + text);
        }
    }

    /** A node that ends with the token read last. */
    private Node whole(ObjectNode est, int start) {
        return new Node(Form.WHOLE, est, start, tokens.get(at - 1).end(), List.of());
    }

    private static ObjectNode operator(String name, JsonNode left, JsonNode right) {
        var est = NODES.objectNode();
        est.putObject(name).set("left", left).set("right", right);
        return est;
    }

    private static ObjectNode attribute(String name, JsonNode left, String attribute) {
        var est = NODES.objectNode();
        est.putObject(name).set("left", left).put("attr", attribute);
        return est;
    }

    private static ObjectNode argument(String name, JsonNode operand) {
        var est = NODES.objectNode();
        est.putObject(name).set("arg", operand);
        return est;
    }

    /** In the narrowest type, as the reference's JSON is read: nodes of different types are not equal. */
    private static ObjectNode number(String digits) {
        var number = Long.parseLong(digits);
        return value(number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number));
    }

    private static ObjectNode value(JsonNode literal) {
        return NODES.objectNode().set("Value", literal);
    }
}
