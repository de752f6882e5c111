package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One change of a request that leads to a better answer: tried, not guessed.
 *
 * @param what the attribute as policies write it, or {@code principal in Group::"treasury"}
 * @param from its value; null when it is not there
 * @param to the value that was tried; null when it was taken away
 * @param isExample {@code to} stands for any value that policies do not name
 * @param answer what the changed request gets: a permit, or open requirements instead of a final refusal
 */
public record Change(
        Kind kind,
        String what,
        @Nullable Value from,
        @Nullable Value to,
        boolean isExample,
        Answer answer) {
    /** What is changed. */
    public enum Kind {
        /** An attribute of the context. */
        CONTEXT,
        /** A group that the principal or the resource is in: {@code from} and {@code to} are booleans. */
        MEMBERSHIP,
        /** An attribute of the principal or the resource. */
        ATTRIBUTE
    }

    public Change {
        requireNonNull(kind);
        requireNonNull(what);
        requireNonNull(answer);
    }

    /** True when it leads to a permit at once, false when requirements are open then. */
    public boolean permits() {
        return answer instanceof Answer.Permit;
    }
}
