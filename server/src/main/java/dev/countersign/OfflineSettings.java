package dev.countersign;

import org.jspecify.annotations.Nullable;

/**
 * How keys on devices without network are enrolled.
 *
 * @param confirmers group whose members confirm each key that somebody else enrols, before it signs anything; null: nobody need to
 */
public record OfflineSettings(@Nullable String confirmers) {
    /** Whoever enrols a key has it. */
    public static final OfflineSettings STANDARD = new OfflineSettings(null);
}
