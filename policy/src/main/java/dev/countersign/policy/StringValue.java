package dev.countersign.policy;

/** A string. */
public record StringValue(String value) implements Value {
    @Override
    public String typeName() {
        return "string";
    }

    @Override
    public String toString() {
        return '"' + value + '"';
    }
}
