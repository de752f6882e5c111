package dev.countersign.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record: named values. */
public final class RecordValue implements Value {
    /** The record without members. */
    public static final RecordValue EMPTY = new RecordValue(Map.of());

    private final Map<String, Value> members;

    private RecordValue(Map<String, Value> members) {
        this.members = members;
    }

    public static RecordValue of(Map<String, ? extends Value> members) {
        return new RecordValue(Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The member or null. */
    public @Nullable Value get(String name) {
        return members.get(name);
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    public Map<String, Value> members() {
        return members;
    }

    @Override
    public String typeName() {
        return "record";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordValue that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return members.toString();
    }

    /** Collects members. Used once. */
    public static final class Builder {
        private final Map<String, Value> members = new LinkedHashMap<>();

        private Builder() {}

        public Builder put(String name, Value value) {
            members.put(name, value);
            return this;
        }

        public Builder put(String name, String value) {
            return put(name, new StringValue(value));
        }

        public Builder put(String name, long value) {
            return put(name, new LongValue(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, Bool.of(value));
        }

        public RecordValue build() {
            return new RecordValue(Collections.unmodifiableMap(members));
        }
    }
}
