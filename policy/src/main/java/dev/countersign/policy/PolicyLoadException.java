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

    /** One reason against a set as a whole, found in {@code file} (a file, or where the set comes from). */
    public static PolicyLoadException of(String file, String reason) {
        return new PolicyLoadException(List.of(new PolicyFault(file, 0, 0, reason, "", "")));
    }

    public List<PolicyFault> faults() {
        return faults;
    }
}
