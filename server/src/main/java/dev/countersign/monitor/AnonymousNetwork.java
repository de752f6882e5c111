package dev.countersign.monitor;

import dev.countersign.session.Principal;

/** A network that hides who uses it, used by a person: workloads live in hosting networks. */
final class AnonymousNetwork implements Detector {
    @Override
    public String id() {
        return "anonymous_network";
    }

    @Override
    public String technique() {
        return "T1090.003"; // Multi-hop Proxy
    }

    @Override
    public double weight() {
        return 0.35;
    }

    @Override
    public boolean finds(Sighting sighting) {
        return sighting.session().principal().kind() == Principal.Kind.USER
                && sighting.network().isAnonymous();
    }
}
