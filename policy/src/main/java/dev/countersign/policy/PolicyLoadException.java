package dev.countersign.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy set that must not go live, with everything that is wrong with it. */
public final class PolicyLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<PolicyFault> faults;

    /** With everything that is wrong. */
    public PolicyLoadException(List<PolicyFault> faults) {
        super(faults.stream().map(PolicyFault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    public List<PolicyFault> faults() {
        return faults;
    }
}
