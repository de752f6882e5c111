package dev.countersign.monitor;

/** An autonomous system from which the principal has not been known to act: a weak sign, since people travel. */
final class NewNetwork implements Detector {
    static final String ID = "new_network";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String technique() {
        return "T1078"; // Valid Accounts
    }

    @Override
    public double weight() {
        return 0.15;
    }

    @Override
    public boolean finds(Sighting sighting) {
        var network = sighting.network();
        return network.knowsAsn() && !sighting.profile().knowsAsn(network.asn());
    }
}
