package dev.countersign.policy;

/** {@code true} or {@code false}. */
public enum Bool implements Value {
    TRUE,
    FALSE;

    public static Bool of(boolean value) {
        return value ? TRUE : FALSE;
    }

    @Override
    public String typeName() {
        return "bool";
    }

    @Override
    public String toString() {
        return this == TRUE ? "true" : "false";
    }
}
