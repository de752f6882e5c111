package dev.countersign.monitor;

import java.time.Duration;

/** Somebody who has not acted for long. */
final class DormantPrincipal implements Detector {
    /** How long. */
    static final Duration DORMANT = Duration.ofDays(45);

    @Override
    public String id() {
        return "dormant_principal";
    }

    @Override
    public String technique() {
        return "T1078"; // Valid Accounts
    }

    @Override
    public double weight() {
        return 0.2;
    }

    @Override
    public boolean finds(Sighting sighting) {
        var seen = sighting.profile().seenAt();
        return seen != null && seen.plus(DORMANT).isBefore(sighting.at());
    }
}
