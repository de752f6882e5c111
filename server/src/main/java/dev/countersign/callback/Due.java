package dev.countersign.callback;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that may have to be told.
 *
 * @param told the status that was told last, or null
 * @param lease until when it is ours to tell
 * @param since when there first was something to tell that has not been told
 * @param attempts failures in a row
 */
record Due(
        String task,
        String enforcementPoint,
        String endpoint,
        @Nullable String state,
        Set<String> events,
        @Nullable String told,
        Instant lease,
        Instant since,
        int attempts) {}
