package dev.countersign.policy;

/** Where a {@link LivePolicySet} comes from: it gives the set that should be live, and says when that may have changed. */
public interface PolicyOrigin extends AutoCloseable {
    /** The set that should be live now. Throws when what is there must not go live. */
    PolicySet load() throws PolicyLoadException;

    /** Waits until {@link #load} may give another set. False when it never will: the origin is closed or lost. */
    boolean awaitChange() throws InterruptedException;

    /** Ends {@link #awaitChange}. */
    @Override
    void close();
}
