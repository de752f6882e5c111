package dev.countersign.session;

/** States of a session. */
public enum SessionState {
    ACTIVE,
    /** By risk or a signal; a step-up makes it active again. */
    SUSPENDED,
    /** Final. */
    ENDED
}
