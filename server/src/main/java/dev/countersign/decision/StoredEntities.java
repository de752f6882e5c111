package dev.countersign.decision;

import dev.countersign.policy.Entities;
import dev.countersign.policy.PolicySet;

/** The entities that decisions look at besides those of their own request. */
public interface StoredEntities {
    /**
     * The policy folder's over the stored ones, as one graph that does not change: take it once for each decision. Throws
     * Problem 503 when what is stored may have changed and cannot be read.
     */
    Entities with(PolicySet policies);
}
