package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

/** What is asked: may {@code principal} do {@code action} on {@code resource} in {@code context}? */
public record Request(EntityUid principal, EntityUid action, EntityUid resource, RecordValue context) {
    public Request {
        requireNonNull(principal);
        requireNonNull(action);
        requireNonNull(resource);
        requireNonNull(context);
    }
}
