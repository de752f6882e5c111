package dev.countersign.session;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;

/** Writes down which tokens doors refused and why, but so many a minute and no more: whoever asks is not known yet. */
final class RefusedTokens {
    /** Refusals that are written in each {@link #WINDOW}; the rest are only counted. */
    static final int MAX_PER_WINDOW = 30;

    /** The time that the bound is for. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final Journal journal;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private Instant start = Instant.MIN; // guarded by lock
    private int written; // guarded by lock
    private long counted; // guarded by lock

    RefusedTokens(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** @param reason holds nothing of the token */
    void record(String client, String reason) {
        var seen = admit();
        if (seen > 0) {
            journal.append(
                    Entry.of("token.refused", client).with("reason", reason).with("seen", seen));
        }
    }

    /** How many refusals to write as one entry now: 0 for none, more than 1 when earlier ones were only counted. */
    private long admit() {
        lock.lock();
        try {
            var now = clock.instant();
            if (!now.isBefore(start.plus(WINDOW))) {
                start = now;
                written = 0;
            }
            if (written >= MAX_PER_WINDOW) {
                counted++;
                return 0;
            }
            written++;
            var seen = counted + 1;
            counted = 0;
            return seen;
        } finally {
            lock.unlock();
        }
    }
}
