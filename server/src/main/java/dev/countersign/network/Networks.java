package dev.countersign.network;

import dev.countersign.policy.IpValue;
import dev.countersign.policy.RecordValue;
import org.jspecify.annotations.Nullable;

/** Knows networks by their addresses. In memory; never blocks. */
public interface Networks {
    /** What is known of an address; null when nobody reported one. */
    Known of(@Nullable IpValue address);

    /** True when countries and places of public addresses are known, as a rule. */
    boolean locate();

    /**
     * What is known.
     *
     * @param record the same as policies see it
     */
    record Known(NetworkFacts facts, RecordValue record) {
        static Known of(NetworkFacts facts) {
            return new Known(facts, facts.written());
        }
    }
}
