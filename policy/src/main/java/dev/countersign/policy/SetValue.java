package dev.countersign.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** A set: no order, no duplicates, any mixture of types. */
public final class SetValue implements Value {
    private final Set<Value> elements;

    private SetValue(Set<Value> elements) {
        this.elements = elements;
    }

    public static SetValue of(Collection<? extends Value> elements) {
        return new SetValue(Collections.unmodifiableSet(new LinkedHashSet<>(elements)));
    }

    public static SetValue of(Value... elements) {
        return of(Arrays.asList(elements));
    }

    /** A set of strings. */
    public static SetValue ofStrings(Collection<String> strings) {
        var values = new HashSet<Value>();
        strings.forEach(string -> values.add(new StringValue(string)));
        return new SetValue(Collections.unmodifiableSet(values));
    }

    public Set<Value> elements() {
        return elements;
    }

    @Override
    public String typeName() {
        return "set";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SetValue set && elements.equals(set.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    @Override
    public String toString() {
        return elements.toString();
    }
}
