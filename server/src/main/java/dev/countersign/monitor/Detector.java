package dev.countersign.monitor;

import java.util.List;

/** Finds one sign that somebody else acts. Without state of its own: what is remembered stands in the sighting. */
interface Detector {
    /** All that look at actions. */
    List<Detector> ALL = List.of(
            new NewCountry(),
            new NewNetwork(),
            new UnknownPlace(),
            new ImpossibleTravel(),
            new ConcurrentNetworks(),
            new AnonymousNetwork(),
            new DormantPrincipal());

    /** The word in {@code context.risk.reasons}. */
    String id();

    /** Id of the MITRE ATT&CK technique that it is a sign of. */
    String technique();

    /** The chance that somebody else acts when this is found and nothing else, 0 to 1: a judgement, not a measurement. */
    double weight();

    boolean finds(Sighting sighting);
}
