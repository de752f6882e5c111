package dev.countersign.monitor;

import java.time.Duration;

/**
 * One session in two networks at once: it comes back to a network that it had left a moment ago. Whoever moves, from Wi-Fi to a
 * mobile network say, does not come back at once; two who share a stolen session and its key do, all the time.
 */
final class ConcurrentNetworks implements Detector {
    /** How soon a return is none. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    @Override
    public String id() {
        return "concurrent_networks";
    }

    @Override
    public String technique() {
        return "T1550"; // Use Alternate Authentication Material
    }

    @Override
    public double weight() {
        return 0.55;
    }

    @Override
    public boolean finds(Sighting sighting) {
        var before = sighting.usedBefore();
        return before != null && before.plus(WINDOW).isAfter(sighting.at());
    }
}
