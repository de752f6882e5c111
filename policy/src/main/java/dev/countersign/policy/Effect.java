package dev.countersign.policy;

/** What a matching policy does. */
public enum Effect {
    PERMIT,
    FORBID
}
