package dev.countersign.session;

import static java.util.Objects.requireNonNull;

/** Who acts, as policies name it: {@code User::"alice"}. */
public record Principal(Kind kind, String id) {
    public Principal {
        requireNonNull(kind);
        requireNonNull(id);
    }

    /** The entity type in policies and in AuthZEN's {@code subject.type}. */
    public String type() {
        return switch (kind) {
            case USER -> "User";
            case WORKLOAD -> "Workload";
            case AGENT -> "Agent";
        };
    }

    @Override
    public String toString() {
        return type() + "::\"" + id + '"';
    }

    /** Kinds of principals. */
    public enum Kind {
        USER,
        WORKLOAD,
        AGENT
    }
}
