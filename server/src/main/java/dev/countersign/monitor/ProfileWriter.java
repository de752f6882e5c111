package dev.countersign.monitor;

import dev.countersign.evidence.Journal;
import dev.countersign.session.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes profiles beside the answering path, a second after they changed and when we stop. A crash loses that second: somebody's
 * last place may be the one before.
 */
final class ProfileWriter implements AutoCloseable {
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Most profiles of one commit: others wait for it. */
    static final int MAX_BATCH = 200;

    /** Most profiles that wait; of more, only those in memory know. */
    static final int MAX_WAITING = 100_000;

    /** How long a session's risk is kept after it changed last: longer than any session. */
    static final Duration KEEP_SESSIONS = Duration.ofDays(30);

    /** How long a profile is kept after its principal was seen last. */
    static final Duration KEEP_PROFILES = Duration.ofDays(400);

    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(ProfileWriter.class);

    private final Journal journal;
    private final InstantSource clock;
    private final Map<Principal, Profile> waiting = new ConcurrentHashMap<>();
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Instant forgotAt; // of the thread

    ProfileWriter(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
        this.forgotAt = clock.instant();
        this.thread = Thread.ofPlatform().daemon().name("profiles").start(this::run);
    }

    /** Perhaps there is something to write. */
    void changed(Principal principal, Profile profile) {
        if (waiting.size() < MAX_WAITING && profile.takeUnwritten(clock.instant())) {
            waiting.put(principal, profile);
        }
    }

    private void run() {
        try {
            while (!stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                writeOnce();
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer writing");
        }
    }

    private void writeOnce() {
        try {
            writeAll();
            forget();
        } catch (RuntimeException e) {
            LOG.warn("profiles could not be written; they wait", e);
        }
    }

    private void writeAll() {
        while (!waiting.isEmpty()) {
            var batch = new ArrayList<Map.Entry<Principal, Profile>>();
            for (var each : waiting.entrySet()) {
                batch.add(Map.entry(each.getKey(), each.getValue()));
                if (batch.size() == MAX_BATCH) {
                    break;
                }
            }
            batch.forEach(each -> waiting.remove(each.getKey()));
            try {
                write(batch);
            } catch (RuntimeException e) {
                batch.forEach(each -> waiting.putIfAbsent(each.getKey(), each.getValue()));
                throw e;
            }
        }
    }

    private void write(List<Map.Entry<Principal, Profile>> batch) {
        var now = clock.instant();
        var written = new HashMap<Principal, String>();
        batch.forEach(each -> written.put(each.getKey(), each.getValue().json()));
        journal.commit((handle, evidence) -> {
            written.forEach((principal, profile) -> RiskStore.save(handle, principal, profile, now));
            return written.size();
        });
    }

    private void forget() {
        var now = clock.instant();
        if (forgotAt.plus(FORGET_EVERY).isBefore(now)) {
            forgotAt = now;
            journal.commit((handle, evidence) -> {
                RiskStore.forget(handle, now.minus(KEEP_SESSIONS), now.minus(KEEP_PROFILES));
                return now;
            });
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        try {
            thread.join(PAUSE.multipliedBy(5));
            writeAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("the last second of profiles is lost", e);
        }
    }
}
