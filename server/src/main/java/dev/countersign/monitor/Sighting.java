package dev.countersign.monitor;

import dev.countersign.network.NetworkFacts;
import dev.countersign.session.Session;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An action, as detectors look at it. Its session and the proof of its key were good; it does not yet count itself.
 *
 * @param network that it came from
 * @param located whether places of public addresses are known, as a rule
 * @param moved the first action of the session, or one from another network or place than the one before
 * @param lastPlace where the session was located last, or null
 * @param usedBefore when this network was used in the session before the one just left, or null
 * @param profile of the principal
 */
record Sighting(
        Session session,
        NetworkFacts network,
        Instant at,
        boolean located,
        boolean moved,
        @Nullable Place lastPlace,
        @Nullable Instant usedBefore,
        Profile profile) {}
