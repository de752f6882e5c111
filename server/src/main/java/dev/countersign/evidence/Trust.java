package dev.countersign.evidence;

import org.jspecify.annotations.Nullable;

/**
 * What the auditor brings along.
 *
 * @param verifierKey the checkpoint key in signed-note form; null: the one beside the log, which finds damage but not an
 *     owner who rewrote everything
 * @param checkpoint a note kept from earlier: the log must be a continuation of it; null: truncation to an earlier
 *     checkpoint cannot be seen
 */
public record Trust(@Nullable String verifierKey, @Nullable String checkpoint) {
    /** Brings nothing. */
    public static Trust none() {
        return new Trust(null, null);
    }
}
