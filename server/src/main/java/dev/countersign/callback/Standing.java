package dev.countersign.callback;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far telling is.
 *
 * @param told the status that was told last
 * @param attempts failures since then
 * @param nextAt when it is tried again
 */
record Standing(
        @Nullable String told,
        int attempts,
        @Nullable String lastError,
        @Nullable Instant nextAt,
        @Nullable Instant givenUpAt) {}
