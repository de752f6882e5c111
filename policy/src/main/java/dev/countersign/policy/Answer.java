package dev.countersign.policy;

import java.util.List;

/** Countersign's answer to an evaluation. */
public sealed interface Answer {
    /** Permitted, by these policies. */
    record Permit(List<Policy> policies) implements Answer {}

    /** Refused for good. */
    record Deny(DenyReason reason, List<Policy> policies) implements Answer {}

    /** Refused until these requirements are met. */
    record Open(List<Requirement> requirements, List<Policy> policies) implements Answer {}

    /** Why a request is refused for good. */
    enum DenyReason {
        NO_PERMIT,
        FORBIDDEN,
        POLICY_ERROR
    }
}
