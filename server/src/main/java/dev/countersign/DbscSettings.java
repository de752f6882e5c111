package dev.countersign;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How cookies of browsers are bound to a key (Device Bound Session Credentials).
 *
 * @param offered whether browsers are asked for a key at login; over plain HTTP they never are
 * @param cookie how long the bound cookie lives before the browser must prove its key again; at most {@link #MAX_COOKIE}
 * @param fresh how old the proof may be that a protected action needs; at most {@code cookie}
 */
public record DbscSettings(boolean offered, Duration cookie, Duration fresh) {
    /** Longest life of a bound cookie: how long a copy of it can read. */
    public static final Duration MAX_COOKIE = Duration.ofMinutes(10);

    /**
     * Five minutes, and one. Chromium signs six times in nine minutes for one site and proves its key again two minutes before
     * the cookie ends: shorter lives would use that up.
     */
    public static final DbscSettings STANDARD = new DbscSettings(true, Duration.ofMinutes(5), Duration.ofMinutes(1));

    public DbscSettings {
        requireNonNull(cookie);
        requireNonNull(fresh);
        if (cookie.compareTo(Duration.ofSeconds(1)) < 0 || cookie.compareTo(MAX_COOKIE) > 0) {
            throw new IllegalArgumentException("a bound cookie lives 1 second to 10 minutes");
        }
        if (fresh.isNegative() || fresh.isZero() || fresh.compareTo(cookie) > 0) {
            throw new IllegalArgumentException("a fresh proof is not older than its cookie");
        }
    }
}
