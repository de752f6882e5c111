package dev.countersign;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of networks and devices.
 *
 * @param databases what is known of addresses
 * @param trustedProxies addresses and CIDR ranges of the proxies in front of our own listener whose
 *     {@code X-Forwarded-For} is believed; everybody else's is ignored
 * @param postureMaxAge how long a report about a device says something; afterwards it is unknown
 */
public record SurroundingsSettings(Databases databases, List<String> trustedProxies, Duration postureMaxAge) {
    /** How long a report counts when nothing is said: a device manager that reports daily is heard once before it ends. */
    public static final Duration POSTURE_MAX_AGE = Duration.ofHours(24);

    /** Nothing is known of addresses, no proxy is trusted. */
    public static final SurroundingsSettings NONE =
            new SurroundingsSettings(new Databases(null, null, null), List.of(), POSTURE_MAX_AGE);

    public SurroundingsSettings {
        requireNonNull(databases);
        trustedProxies = List.copyOf(trustedProxies);
        if (!postureMaxAge.isPositive()) {
            throw new IllegalArgumentException("A posture counts for some time");
        }
    }

    /**
     * Files in the MaxMind DB format (2.0), each read again when it changes.
     *
     * @param city one with {@code country}, {@code city} and {@code location}, as GeoIP2 City; null: places are unknown
     * @param asn one with {@code autonomous_system_number}, as GeoLite2 ASN; null: autonomous systems are unknown
     * @param anonymousIp one with {@code is_anonymous}, as GeoIP2 Anonymous IP; null: anonymity is unknown
     */
    public record Databases(
            @Nullable Path city,
            @Nullable Path asn,
            @Nullable Path anonymousIp) {}

    /** The same, with these databases. */
    public SurroundingsSettings with(Databases files) {
        return new SurroundingsSettings(files, trustedProxies, postureMaxAge);
    }

    /** The same, trusting these proxies. */
    public SurroundingsSettings trusting(List<String> proxies) {
        return new SurroundingsSettings(databases, proxies, postureMaxAge);
    }

    /** The same, with postures that count so long. */
    public SurroundingsSettings postureMaxAge(Duration age) {
        return new SurroundingsSettings(databases, trustedProxies, age);
    }
}
