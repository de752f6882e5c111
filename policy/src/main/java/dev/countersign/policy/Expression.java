package dev.countersign.policy;

/** A compiled Cedar expression. */
interface Expression {
    /** Its value. Throws {@link EvaluationError}. */
    Value evaluate(Environment environment);

    /** Its value where a boolean is needed. */
    default boolean test(Environment environment) {
        return asBool(evaluate(environment));
    }

    /** True when it is the same in every environment, so that it may be evaluated while compiling. */
    default boolean isConstant() {
        return false;
    }

    /** An expression that answers without making a value. */
    interface Condition extends Expression {
        @Override
        boolean test(Environment environment);

        @Override
        default Value evaluate(Environment environment) {
            return Bool.of(test(environment));
        }
    }

    /** A value known while compiling. */
    record Constant(Value value) implements Expression {
        @Override
        public Value evaluate(Environment environment) {
            return value;
        }

        @Override
        public boolean isConstant() {
            return true;
        }
    }

    static boolean asBool(Value value) {
        if (value instanceof Bool bool) {
            return bool == Bool.TRUE;
        }
        throw EvaluationError.type("bool", value);
    }

    static long asLong(Value value) {
        if (value instanceof LongValue number) {
            return number.value();
        }
        throw EvaluationError.type("long", value);
    }

    static String asString(Value value) {
        if (value instanceof StringValue string) {
            return string.value();
        }
        throw EvaluationError.type("string", value);
    }

    static EntityUid asEntity(Value value) {
        if (value instanceof EntityUid uid) {
            return uid;
        }
        throw EvaluationError.type("entity", value);
    }

    static SetValue asSet(Value value) {
        if (value instanceof SetValue set) {
            return set;
        }
        throw EvaluationError.type("set", value);
    }
}
