package dev.countersign.monitor;

/** A country from which the principal has not been known to act. Lasts until a phishing-resistant proof makes it known. */
final class NewCountry implements Detector {
    static final String ID = "new_country";

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
        return 0.35;
    }

    @Override
    public boolean finds(Sighting sighting) {
        var network = sighting.network();
        return network.knowsCountry() && !sighting.profile().knowsCountry(network.country());
    }
}
