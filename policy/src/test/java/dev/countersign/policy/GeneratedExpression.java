package dev.countersign.policy;

import static dev.countersign.policy.GeneratedCase.one;

import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Generated Cedar expressions: mostly of the type that is wanted, so that evaluation gets somewhere; one in so many of
 * another, so that every error and every short circuit before one is met.
 */
final class GeneratedExpression {
    private static final int DEPTH = 4;
    private static final int ILL_TYPED_ONE_IN = 14;

    private final RandomGenerator random;

    GeneratedExpression(RandomGenerator random) {
        this.random = random;
    }

    /** What an expression should evaluate to. */
    private enum Kind {
        BOOL,
        LONG,
        STRING,
        ENTITY,
        SET,
        RECORD,
        DECIMAL,
        IP,
        DATETIME,
        DURATION
    }

    String condition() {
        return of(Kind.BOOL, DEPTH);
    }

    private String of(Kind wanted, int depth) {
        var kinds = Kind.values();
        var kind = random.nextInt(ILL_TYPED_ONE_IN) == 0 ? kinds[random.nextInt(kinds.length)] : wanted;
        if (depth > 0 && random.nextInt(12) == 0) {
            return "(if " + of(Kind.BOOL, depth - 1) + " then " + of(kind, depth - 1) + " else " + of(kind, depth - 1)
                    + ")";
        }
        if (depth == 0 || random.nextInt(4) == 0) {
            return leaf(kind);
        }
        return switch (kind) {
            case BOOL -> bool(depth - 1);
            case LONG -> number(depth - 1);
            case STRING -> random.nextBoolean() ? leaf(kind) : access("s", depth - 1);
            case ENTITY -> random.nextInt(3) > 0 ? leaf(kind) : access("e", depth - 1);
            case SET -> set(depth - 1);
            case RECORD -> record(depth - 1);
            case DECIMAL -> "decimal(" + of(Kind.STRING, depth - 1) + ")";
            case IP -> "ip(" + of(Kind.STRING, depth - 1) + ")";
            case DATETIME -> datetime(depth - 1);
            case DURATION ->
                random.nextBoolean()
                        ? "(" + of(Kind.DATETIME, depth - 1) + ").toTime()"
                        : "(" + of(Kind.DATETIME, depth - 1) + ").durationSince(" + of(Kind.DATETIME, depth - 1) + ")";
        };
    }

    private String leaf(Kind kind) {
        return switch (kind) {
            case BOOL ->
                one(random, "true", "false", "context.b", "principal.b", "(principal has n)", "(context has rec)");
            case LONG ->
                one(
                        random,
                        "0",
                        "1",
                        "-1",
                        "9223372036854775807",
                        "-9223372036854775808",
                        "context.n",
                        "principal.n",
                        "resource.n",
                        "context.rec.n");
            case STRING ->
                one(
                        random,
                        "\"text\"",
                        "\"\"",
                        "\"a*b\"",
                        "\"gr\\u{fc}\u00dfe \ud83d\ude00\"",
                        "\"1.5\"",
                        "\"10.0.0.0/8\"",
                        "\"\\0\"",
                        "context.s",
                        "principal.s",
                        "resource[\"a b\"]",
                        "context.rec.s");
            case ENTITY ->
                one(
                        random,
                        "principal",
                        "resource",
                        "action",
                        "principal.e",
                        "context.e",
                        "User::\"u0\"",
                        "Group::\"g1\"",
                        "Group::\"g4\"",
                        "Action::\"all\"",
                        "Ghost::\"x\"");
            case SET ->
                one(
                        random,
                        "[]",
                        "context.set",
                        "principal.set",
                        "[1, 2]",
                        "[\"text\", 1, true]",
                        "[principal, Group::\"g2\"]");
            case RECORD -> one(random, "context", "context.rec", "principal.rec", "{}", "{n: 1, \"a b\": \"text\"}");
            case DECIMAL ->
                one(
                        random,
                        "context.dec",
                        "decimal(\"1.5\")",
                        "decimal(\"-0.0001\")",
                        "decimal(\"x\")",
                        "decimal(\"922337203685477.5807\")");
            case IP ->
                one(
                        random,
                        "context.ip",
                        "ip(\"10.0.0.1\")",
                        "ip(\"10.0.0.0/8\")",
                        "ip(\"::1\")",
                        "ip(\"ff00::/8\")",
                        "ip(\"010.0.0.1\")");
            case DATETIME ->
                one(
                        random,
                        "context.at",
                        "datetime(\"2024-02-29\")",
                        "datetime(\"2023-02-29\")",
                        "datetime(\"1969-12-31T23:59:59.999Z\")",
                        "datetime(\"2024-01-01T00:00:00+2360\")");
            case DURATION ->
                one(
                        random,
                        "context.dur",
                        "duration(\"1h\")",
                        "duration(\"-1d2h\")",
                        "duration(\"9223372036854775807ms\")",
                        "duration(\"1m1d\")");
        };
    }

    private String bool(int depth) {
        return switch (random.nextInt(17)) {
            case 0, 1 -> binary(Kind.BOOL, "&&", depth);
            case 2, 3 -> binary(Kind.BOOL, "||", depth);
            case 4 -> "!(" + of(Kind.BOOL, depth) + ")";
            case 5 -> {
                var kind = Kind.values()[random.nextInt(Kind.values().length)];
                yield binary(kind, one(random, "==", "!="), depth);
            }
            case 6 -> binary(one(random, "l", "l", "t", "d"), one(random, "<", "<=", ">", ">="), depth);
            case 7 -> binary(Kind.ENTITY, "in", depth);
            case 8 -> "((" + of(Kind.ENTITY, depth) + ") in [" + list(Kind.ENTITY, depth) + "])";
            case 9 ->
                "((" + of(Kind.ENTITY, depth) + ") is " + one(random, "User", "Group", "Account", "Action")
                        + (random.nextBoolean() ? "" : " in (" + of(Kind.ENTITY, depth) + ")") + ")";
            case 10 -> has(depth);
            case 11 -> "((" + of(Kind.STRING, depth) + ") like " + pattern() + ")";
            case 12 -> "(" + of(Kind.SET, depth) + ").contains(" + of(Kind.values()[random.nextInt(4)], depth) + ")";
            case 13 ->
                "(" + of(Kind.SET, depth) + ")." + one(random, "containsAll", "containsAny") + "(" + of(Kind.SET, depth)
                        + ")";
            case 14 -> "(" + of(Kind.SET, depth) + ").isEmpty()";
            case 15 -> "(" + of(Kind.ENTITY, depth) + ").hasTag(" + tag(depth) + ")";
            default -> extension(depth);
        };
    }

    private String extension(int depth) {
        return switch (random.nextInt(3)) {
            case 0 ->
                "(" + of(Kind.DECIMAL, depth) + ")."
                        + one(random, "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual")
                        + "(" + of(Kind.DECIMAL, depth) + ")";
            case 1 ->
                "(" + of(Kind.IP, depth) + ")." + one(random, "isIpv4", "isIpv6", "isLoopback", "isMulticast") + "()";
            default -> "(" + of(Kind.IP, depth) + ").isInRange(" + of(Kind.IP, depth) + ")";
        };
    }

    private String number(int depth) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> binary(Kind.LONG, one(random, "+", "-"), depth);
            case 2 -> binary(Kind.LONG, "*", depth);
            case 3 -> "(-(" + of(Kind.LONG, depth) + "))";
            case 4 ->
                "(" + of(Kind.DURATION, depth) + ")."
                        + one(random, "toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays") + "()";
            case 5 -> "(" + of(Kind.ENTITY, depth) + ").getTag(" + tag(depth) + ")";
            default -> access("n", depth);
        };
    }

    private String datetime(int depth) {
        return switch (random.nextInt(3)) {
            case 0 -> "(" + of(Kind.DATETIME, depth) + ").offset(" + of(Kind.DURATION, depth) + ")";
            case 1 -> "(" + of(Kind.DATETIME, depth) + ").toDate()";
            default -> "datetime(" + of(Kind.STRING, depth) + ")";
        };
    }

    private String set(int depth) {
        return random.nextInt(3) == 0
                ? access("set", depth)
                : "[" + list(Kind.values()[random.nextInt(Kind.values().length)], depth) + "]";
    }

    private String record(int depth) {
        return random.nextInt(3) == 0
                ? access("rec", depth)
                : "{n: " + of(Kind.LONG, depth) + ", \"rec\": " + of(Kind.RECORD, depth) + "}";
    }

    private String list(Kind kind, int depth) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> of(kind, depth))
                .collect(Collectors.joining(", "));
    }

    private String access(String attribute, int depth) {
        var left = "(" + of(random.nextBoolean() ? Kind.RECORD : Kind.ENTITY, depth) + ")";
        var access = random.nextBoolean() ? left + "." + attribute : left + "[\"" + attribute + "\"]";
        return random.nextBoolean() ? access : "(if " + left + " has " + attribute + " then " + access + " else 1)";
    }

    private String has(int depth) {
        var left = "(" + of(random.nextBoolean() ? Kind.RECORD : Kind.ENTITY, depth) + ")";
        return "(" + left + " has " + one(random, "n", "\"a b\"", "rec.n", "rec.rec.s", "e.n", "e.e.rec.n", "missing")
                + ")";
    }

    private String tag(int depth) {
        return random.nextInt(3) > 0 ? one(random, "\"n\"", "\"s\"", "\"t\"", "\"none\"") : of(Kind.STRING, depth);
    }

    private String pattern() {
        return one(
                random,
                "\"*\"",
                "\"\"",
                "\"te*t\"",
                "\"*x*\"",
                "\"a\\*b\"",
                "\"t*t*\"",
                "\"gr\\u{fc}*\"",
                "\"**\"",
                "\"*\ud83d\ude00\"");
    }

    private String binary(String kind, String operator, int depth) {
        return binary(
                switch (kind) {
                    case "t" -> Kind.DATETIME;
                    case "d" -> Kind.DURATION;
                    default -> Kind.LONG;
                },
                operator,
                depth);
    }

    private String binary(Kind kind, String operator, int depth) {
        return "((" + of(kind, depth) + ") " + operator + " (" + of(kind, depth) + "))";
    }
}
