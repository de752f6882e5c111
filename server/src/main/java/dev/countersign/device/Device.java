package dev.countersign.device;

import static java.util.Objects.requireNonNull;

import dev.countersign.session.Person;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device as it was reported.
 *
 * @param id as whoever manages it calls it
 * @param owner the person whose sessions alone may count on it, or null
 * @param keys thumbprints of keys and certificates that live in it
 * @param posture as a device manager reported it last, or null
 * @param compliance as anybody reported it last, or null
 */
record Device(
        String id,
        @Nullable Person owner,
        Set<String> keys,
        @Nullable Posture posture,
        @Nullable Compliance compliance) {
    /** Longest id, characters. */
    static final int MAX_ID = 255;

    /** Longest name of a platform, characters. */
    static final int MAX_PLATFORM = 64;

    /** Most keys of one device. */
    static final int MAX_KEYS = 32;

    /** Most devices. */
    static final int MAX_DEVICES = 1_000_000;

    Device {
        requireNonNull(id);
        keys = Set.copyOf(keys);
    }

    /** Who reported what a device is, and when it was so. */
    record Posture(boolean managed, String platform, Instant at, String source) {}

    /** Who reported whether it keeps its owner's rules, and when it was so. */
    record Compliance(boolean compliant, Instant at, String source) {}

    static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= MAX_ID && text.chars().noneMatch(Character::isISOControl);
    }
}
