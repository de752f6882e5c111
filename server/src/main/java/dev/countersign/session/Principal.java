package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;

/** Who acts, as policies name it: {@code User::"alice"}. */
public record Principal(Kind kind, String id) {
    public Principal {
        requireNonNull(kind);
        requireNonNull(id);
    }

    /** The entity type in policies and in AuthZEN's {@code subject.type}. */
    public String type() {
        return kind.type;
    }

    @Override
    public String toString() {
        return type() + "::\"" + id + '"';
    }

    /** Kinds of principals. */
    public enum Kind {
        USER("User"),
        WORKLOAD("Workload"),
        AGENT("Agent");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        /** The kind whose entity type this is. */
        public static Optional<Kind> of(String type) {
            return Arrays.stream(values())
                    .filter(kind -> kind.type.equals(type))
                    .findFirst();
        }
    }
}
