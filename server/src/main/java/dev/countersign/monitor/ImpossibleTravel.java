package dev.countersign.monitor;

import dev.countersign.network.Location;
import dev.countersign.session.Principal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Two places further apart than anybody travels in the time between: great-circle distance, less both accuracy radii.
 * Within a session always; between sessions of a person only towards a place where the person is not known, for people leave a
 * machine working at home.
 */
final class ImpossibleTravel implements Detector {
    /** Faster than an airliner over the ground with the wind behind it. */
    static final double MAX_KM_PER_HOUR = 1_000;

    /** Shorter distances are errors of the database. */
    static final double MIN_KM = 200;

    @Override
    public String id() {
        return "impossible_travel";
    }

    @Override
    public String technique() {
        return "T1078"; // Valid Accounts
    }

    @Override
    public double weight() {
        return 0.6;
    }

    @Override
    public boolean finds(Sighting sighting) {
        var here = sighting.network().location();
        if (here == null || !sighting.moved()) {
            return false;
        }
        return isTooFar(sighting.lastPlace(), here, sighting.at())
                || (sighting.session().principal().kind() == Principal.Kind.USER
                        && !sighting.profile().knows(sighting.network())
                        && isTooFar(sighting.profile().place(), here, sighting.at()));
    }

    static boolean isTooFar(@Nullable Place before, Location here, Instant now) {
        if (before == null) {
            return false;
        }
        var km = before.location().atLeastKmTo(here);
        var hours = Math.max(0, Duration.between(before.at(), now).toMillis()) / 3_600_000.0;
        return km > MIN_KM && km > MAX_KM_PER_HOUR * hours;
    }
}
