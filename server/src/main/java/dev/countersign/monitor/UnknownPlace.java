package dev.countersign.monitor;

/** An address that no database knows, of somebody whose countries are known: unknown is not the same as usual. */
final class UnknownPlace implements Detector {
    @Override
    public String id() {
        return "unknown_place";
    }

    @Override
    public String technique() {
        return "T1090"; // Proxy
    }

    @Override
    public double weight() {
        return 0.2;
    }

    @Override
    public boolean finds(Sighting sighting) {
        return sighting.located()
                && !sighting.network().knowsCountry()
                && sighting.profile().hasCountries();
    }
}
