package dev.countersign.policy;

import static dev.countersign.policy.Expression.asEntity;
import static dev.countersign.policy.Expression.asLong;
import static dev.countersign.policy.Expression.asSet;
import static dev.countersign.policy.Expression.asString;

import dev.countersign.policy.Expression.Condition;
import dev.countersign.policy.Expression.Constant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cedar's operators (Cedar reference, "Operators and functions"), each exact in its type errors and short circuits. */
final class Operators {
    private Operators() {}

    static Expression not(Expression operand) {
        return (Condition) environment -> !operand.test(environment);
    }

    static Expression and(Expression left, Expression right) {
        return new Both(left, right);
    }

    private record Both(Expression first, Expression second) implements Condition {
        @Override
        public boolean test(Environment environment) {
            return first.test(environment) && second.test(environment);
        }
    }

    /** {@code a && b && c} taken apart, in order. */
    static List<Expression> conjuncts(Expression condition) {
        var conjuncts = new ArrayList<Expression>();
        var rest = condition;
        for (; rest instanceof Both both; rest = both.first) { // && is left-associative
            conjuncts.addFirst(both.second);
        }
        conjuncts.addFirst(rest);
        return conjuncts;
    }

    /** All of {@code conditions}, of which there is at least one. */
    static Expression all(List<Expression> conditions) {
        return conditions.stream().reduce(Operators::and).orElseThrow();
    }

    static Expression or(Expression left, Expression right) {
        return (Condition) environment -> left.test(environment) || right.test(environment);
    }

    static Expression choose(Expression condition, Expression then, Expression otherwise) {
        return environment ->
                condition.test(environment) ? then.evaluate(environment) : otherwise.evaluate(environment);
    }

    static Expression equal(Expression left, Expression right) {
        return (Condition) environment -> left.evaluate(environment).equals(right.evaluate(environment));
    }

    static Expression notEqual(Expression left, Expression right) {
        return (Condition) environment -> !left.evaluate(environment).equals(right.evaluate(environment));
    }

    static Expression less(Expression left, Expression right) {
        return (Condition) environment -> compare(left.evaluate(environment), right.evaluate(environment)) < 0;
    }

    static Expression lessOrEqual(Expression left, Expression right) {
        return (Condition) environment -> compare(left.evaluate(environment), right.evaluate(environment)) <= 0;
    }

    private static int compare(Value left, Value right) {
        return switch (left) {
            case LongValue number -> Long.compare(number.value(), asLong(right));
            case DatetimeValue time
            when right instanceof DatetimeValue other -> Long.compare(time.epochMillis(), other.epochMillis());
            case DurationValue time
            when right instanceof DurationValue other -> Long.compare(time.millis(), other.millis());
            case DatetimeValue time -> throw EvaluationError.type("datetime", right);
            case DurationValue time -> throw EvaluationError.type("duration", right);
            default -> throw EvaluationError.type("long, datetime or duration", left);
        };
    }

    static Expression arithmetic(char operator, Expression left, Expression right) {
        return environment -> {
            var a = asLong(left.evaluate(environment));
            var b = asLong(right.evaluate(environment));
            try {
                return new LongValue(
                        switch (operator) {
                            case '+' -> Math.addExact(a, b);
                            case '-' -> Math.subtractExact(a, b);
                            default -> Math.multiplyExact(a, b);
                        });
            } catch (ArithmeticException e) {
                throw new EvaluationError("integer overflow in " + a + " " + operator + " " + b);
            }
        };
    }

    static Expression negate(Expression operand) {
        return environment -> {
            var number = asLong(operand.evaluate(environment));
            if (number == Long.MIN_VALUE) {
                throw new EvaluationError("integer overflow in -(" + number + ")");
            }
            return new LongValue(-number);
        };
    }

    static Expression in(Expression left, Expression right) {
        if (right instanceof Constant constant && constant.value() instanceof EntityUid group) {
            return (Condition) environment -> environment.isIn(asEntity(left.evaluate(environment)), group);
        }
        return (Condition)
                environment -> isIn(asEntity(left.evaluate(environment)), right.evaluate(environment), environment);
    }

    private static boolean isIn(EntityUid entity, Value groups, Environment environment) {
        if (groups instanceof EntityUid group) {
            return environment.isIn(entity, group);
        }
        if (!(groups instanceof SetValue set)) {
            throw EvaluationError.type("entity or set of entities", groups);
        }
        set.elements().forEach(Expression::asEntity); // one that is no entity is an error, wherever it stands
        for (var group : set.elements()) {
            if (environment.isIn(entity, asEntity(group))) {
                return true;
            }
        }
        return false;
    }

    static Expression is(Expression left, String type) {
        return (Condition)
                environment -> asEntity(left.evaluate(environment)).type().equals(type);
    }

    static Expression contains(Expression left, Expression right) {
        return (Condition) environment -> {
            var set = asSet(left.evaluate(environment));
            return set.elements().contains(right.evaluate(environment));
        };
    }

    static Expression containsAll(Expression left, Expression right) {
        return (Condition) environment -> {
            var set = asSet(left.evaluate(environment));
            return set.elements().containsAll(asSet(right.evaluate(environment)).elements());
        };
    }

    static Expression containsAny(Expression left, Expression right) {
        return (Condition) environment -> {
            var set = asSet(left.evaluate(environment));
            return !Collections.disjoint(
                    set.elements(), asSet(right.evaluate(environment)).elements());
        };
    }

    static Expression isEmpty(Expression operand) {
        return (Condition)
                environment -> asSet(operand.evaluate(environment)).elements().isEmpty();
    }

    static Expression get(Expression left, String attribute) {
        return environment -> {
            var value = left.evaluate(environment);
            var found = switch (value) {
                case RecordValue object -> object.get(attribute);
                case EntityUid uid -> entity(uid, environment).attributes().get(attribute);
                default -> throw EvaluationError.type("record or entity", value);
            };
            if (found == null) {
                throw new EvaluationError("`" + attribute + "` is missing in " + value);
            }
            return found;
        };
    }

    static Expression has(Expression left, String attribute) {
        return (Condition) environment -> {
            var value = left.evaluate(environment);
            return switch (value) {
                case RecordValue object -> object.has(attribute);
                case EntityUid uid -> {
                    var entity = environment.entity(uid);
                    yield entity != null && entity.attributes().has(attribute);
                }
                default -> throw EvaluationError.type("record or entity", value);
            };
        };
    }

    static Expression getTag(Expression left, Expression right) {
        return environment -> {
            var uid = asEntity(left.evaluate(environment));
            var tag = asString(right.evaluate(environment));
            var found = entity(uid, environment).tags().get(tag);
            if (found == null) {
                throw new EvaluationError("tag `" + tag + "` is missing on " + uid);
            }
            return found;
        };
    }

    static Expression hasTag(Expression left, Expression right) {
        return (Condition) environment -> {
            var entity = environment.entity(asEntity(left.evaluate(environment)));
            var tag = asString(right.evaluate(environment));
            return entity != null && entity.tags().has(tag);
        };
    }

    private static Entity entity(EntityUid uid, Environment environment) {
        var entity = environment.entity(uid);
        if (entity == null) {
            throw new EvaluationError("entity " + uid + " does not exist");
        }
        return entity;
    }

    /** {@code pattern} holds literals, and null for each wildcard. */
    static Expression like(Expression left, List<@Nullable String> pattern) {
        var like = new LikePattern(pattern);
        return (Condition) environment -> like.matches(asString(left.evaluate(environment)));
    }
}
