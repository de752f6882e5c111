package dev.countersign.network;

/**
 * Where an address is thought to be.
 *
 * @param latitude degrees, north positive (WGS 84)
 * @param longitude degrees, east positive
 * @param accuracyKm radius around it, kilometres, in which the address probably is
 */
public record Location(double latitude, double longitude, int accuracyKm) {
    /** Mean radius of the earth, kilometres (IUGG). */
    static final double EARTH_RADIUS_KM = 6371.0088;

    public Location {
        if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || accuracyKm < 0) {
            throw new IllegalArgumentException("Not on the earth");
        }
    }

    /** Great-circle distance, kilometres, between the nearest points that both may be at: never negative. */
    public double atLeastKmTo(Location other) {
        var up = Math.toRadians(other.latitude - latitude) / 2;
        var across = Math.toRadians(other.longitude - longitude) / 2;
        var haversine = Math.pow(Math.sin(up), 2)
                + Math.cos(Math.toRadians(latitude))
                        * Math.cos(Math.toRadians(other.latitude))
                        * Math.pow(Math.sin(across), 2);
        var km = 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)));
        return Math.max(0, km - accuracyKm - other.accuracyKm);
    }
}
