package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;

/** The faults found while loading; so many as somebody would read. */
final class FaultList {
    /** Most faults of one load: garbage must be refused, not described. */
    static final int MAX_FAULTS = 100;

    private final List<PolicyFault> faults = new ArrayList<>();

    /** Adds a fault; once full, loading may stop. */
    void add(PolicyFault fault) {
        if (!isFull() && !faults.contains(fault)) {
            faults.add(fault);
        }
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    boolean isFull() {
        return faults.size() >= MAX_FAULTS;
    }

    /** Throws what was found, if anything. */
    void refuse() throws PolicyLoadException {
        if (!faults.isEmpty()) {
            throw new PolicyLoadException(faults);
        }
    }
}
