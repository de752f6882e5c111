package dev.countersign.certificate;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Certificates that were refused, in evidence: a bounded number of entries, whoever sends how many. */
final class Refusals {
    /** Entries in each {@link #WINDOW}; the rest are only counted. */
    static final int MAX_PER_WINDOW = 20;

    /** The time that the bound is for. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final Journal journal;
    private final InstantSource clock;
    private Instant windowStart = Instant.MIN; // this and the next two are guarded by this object
    private int written;
    private int counted;

    Refusals(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    void record(ServerRequest request, CertificateRefused refused) {
        var seen = admit();
        if (seen > 0) {
            journal.append(Entry.of("certificate.refused", request.remotePeer().host())
                    .with("path", request.path().rawPath())
                    .with("fault", refused.kind().name().toLowerCase(Locale.ROOT))
                    .with("reason", refused.text())
                    .with("seen", seen));
        }
    }

    /** How many refusals to write as one entry now: 0 for none, more than 1 when earlier ones were only counted. */
    private synchronized int admit() {
        var now = clock.instant();
        if (!windowStart.plus(WINDOW).isAfter(now)) {
            windowStart = now;
            written = 0;
        }
        counted++;
        if (written >= MAX_PER_WINDOW) {
            return 0;
        }
        written++;
        var seen = counted;
        counted = 0;
        return seen;
    }
}
