package dev.countersign.monitor;

import dev.countersign.network.Location;
import java.time.Instant;

/** Where somebody was, and when. */
record Place(Location location, Instant at) {}
