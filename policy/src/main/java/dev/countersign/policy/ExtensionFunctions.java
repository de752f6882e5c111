package dev.countersign.policy;

import static dev.countersign.policy.Expression.asString;

import dev.countersign.policy.Expression.Condition;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The functions of the extension types decimal, ipaddr, datetime and duration. */
final class ExtensionFunctions {
    private static final Set<String> TWO = Set.of(
            "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "isInRange", "offset", "durationSince");

    private ExtensionFunctions() {}

    /** The call of {@code name}, or null when there is no such function. */
    static @Nullable Expression call(String name, List<Expression> arguments) {
        var expected = TWO.contains(name) ? 2 : 1;
        if (arguments.size() != expected) {
            return environment -> {
                throw new EvaluationError(name + " takes " + expected + " arguments, got " + arguments.size());
            };
        }
        return switch (name) {
            case "decimal" -> parse(arguments, DecimalValue::parse);
            case "ip" -> parse(arguments, IpValue::parse);
            case "datetime" -> parse(arguments, DatetimeValue::parse);
            case "duration" -> parse(arguments, DurationValue::parse);
            case "lessThan" -> decimals(arguments, (a, b) -> a < b);
            case "lessThanOrEqual" -> decimals(arguments, (a, b) -> a <= b);
            case "greaterThan" -> decimals(arguments, (a, b) -> a > b);
            case "greaterThanOrEqual" -> decimals(arguments, (a, b) -> a >= b);
            case "isIpv4" -> address(arguments, IpValue::isV4);
            case "isIpv6" -> address(arguments, ip -> !ip.isV4());
            case "isLoopback" -> address(arguments, IpValue::isLoopback);
            case "isMulticast" -> address(arguments, IpValue::isMulticast);
            case "isInRange" -> inRange(arguments);
            case "offset" -> offset(arguments);
            case "durationSince" -> since(arguments);
            case "toDate" -> onDatetime(arguments, DatetimeValue::toDate);
            case "toTime" -> onDatetime(arguments, DatetimeValue::toTime);
            case "toMilliseconds" -> in(arguments, 1);
            case "toSeconds" -> in(arguments, 1_000);
            case "toMinutes" -> in(arguments, 60_000);
            case "toHours" -> in(arguments, 3_600_000);
            case "toDays" -> in(arguments, 86_400_000);
            default -> null;
        };
    }

    private static Expression parse(List<Expression> arguments, Function<String, Value> parser) {
        var text = arguments.getFirst();
        return new Expression() {
            @Override
            public Value evaluate(Environment environment) {
                var string = asString(text.evaluate(environment));
                try {
                    return parser.apply(string);
                } catch (IllegalArgumentException e) {
                    throw new EvaluationError("extension error: " + e.getMessage());
                }
            }

            @Override
            public boolean isConstant() {
                return text.isConstant();
            }
        };
    }

    private static Expression decimals(List<Expression> arguments, Comparison test) {
        var left = arguments.get(0);
        var right = arguments.get(1);
        if (right instanceof Expression.Constant constant && constant.value() instanceof DecimalValue known) {
            var bound = known.tenThousandths(); // in the lambda itself: one object less on the way
            return (Condition) environment -> test.holds(decimal(left.evaluate(environment)), bound);
        }
        return (Condition) environment -> {
            var a = decimal(left.evaluate(environment));
            return test.holds(a, decimal(right.evaluate(environment)));
        };
    }

    private static long decimal(Value value) {
        return as(DecimalValue.class, "decimal", value).tenThousandths();
    }

    /** Of two decimals' ten-thousandths. */
    private interface Comparison {
        boolean holds(long a, long b);
    }

    private static Expression address(List<Expression> arguments, Predicate<IpValue> test) {
        var operand = arguments.getFirst();
        return (Condition) environment -> test.test(as(IpValue.class, "ipaddr", operand.evaluate(environment)));
    }

    private static Expression inRange(List<Expression> arguments) {
        var left = arguments.get(0);
        var right = arguments.get(1);
        return (Condition) environment -> {
            var ip = as(IpValue.class, "ipaddr", left.evaluate(environment));
            return ip.isInRange(as(IpValue.class, "ipaddr", right.evaluate(environment)));
        };
    }

    private static Expression offset(List<Expression> arguments) {
        return exact(
                arguments,
                (time, by) -> new DatetimeValue(Math.addExact(
                        as(DatetimeValue.class, "datetime", time).epochMillis(),
                        as(DurationValue.class, "duration", by).millis())));
    }

    private static Expression since(List<Expression> arguments) {
        return exact(
                arguments,
                (time, other) -> new DurationValue(Math.subtractExact(
                        as(DatetimeValue.class, "datetime", time).epochMillis(),
                        as(DatetimeValue.class, "datetime", other).epochMillis())));
    }

    private static Expression exact(List<Expression> arguments, BiFunction<Value, Value, Value> function) {
        var left = arguments.get(0);
        var right = arguments.get(1);
        return environment -> {
            var a = left.evaluate(environment);
            var b = right.evaluate(environment);
            try {
                return function.apply(a, b);
            } catch (ArithmeticException e) {
                throw new EvaluationError("extension error: overflow");
            }
        };
    }

    private static Expression onDatetime(List<Expression> arguments, Function<DatetimeValue, Value> function) {
        var operand = arguments.getFirst();
        return environment -> {
            var time = as(DatetimeValue.class, "datetime", operand.evaluate(environment));
            try {
                return function.apply(time);
            } catch (ArithmeticException e) {
                throw new EvaluationError("extension error: overflow");
            }
        };
    }

    private static Expression in(List<Expression> arguments, long unit) {
        var operand = arguments.getFirst();
        return environment -> new LongValue(as(DurationValue.class, "duration", operand.evaluate(environment))
                        .millis()
                / unit);
    }

    private static <T extends Value> T as(Class<T> type, String name, Value value) {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw EvaluationError.type(name, value);
    }
}
