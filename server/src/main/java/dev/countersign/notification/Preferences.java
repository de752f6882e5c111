package dev.countersign.notification;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * When a person wants to hear of what waits.
 *
 * @param from when quiet hours begin, or null when there are none
 * @param until when they end; before {@code from} when they last over midnight
 * @param urgent what would be over before they end comes at once
 */
record Preferences(@Nullable LocalTime from, @Nullable LocalTime until, ZoneId zone, boolean urgent) {
    static final Preferences STANDARD = new Preferences(null, null, ZoneId.of("UTC"), true);

    /** When to tell at {@code now} of something that is over at {@code expires}; null: not at all. */
    @Nullable
    Instant tellAt(Instant now, Instant expires) {
        var loud = quietUntil(now);
        if (loud.isBefore(expires)) {
            return loud;
        }
        return urgent ? now : null;
    }

    /** The end of the quiet hours that {@code now} is in; {@code now} when it is in none. */
    private Instant quietUntil(Instant now) {
        if (from == null || until == null || from.equals(until)) {
            return now;
        }
        var local = now.atZone(zone);
        var time = local.toLocalTime();
        var overMidnight = until.isBefore(from);
        var late = !time.isBefore(from);
        var early = time.isBefore(until);
        if (overMidnight ? !late && !early : !late || !early) {
            return now;
        }
        var day = local.toLocalDate();
        return (overMidnight && late ? day.plusDays(1) : day)
                .atTime(until)
                .atZone(zone)
                .toInstant();
    }
}
