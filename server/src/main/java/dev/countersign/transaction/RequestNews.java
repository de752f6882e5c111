package dev.countersign.transaction;

import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes those who look at requests when one has changed: at once for changes of this node, which its journal tells, and within a
 * {@link #LOOK} for those of others, which one of the waiting sees in the database for all.
 */
final class RequestNews {
    /** How often the database is looked at while somebody waits. */
    static final Duration LOOK = Duration.ofSeconds(1);

    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version; // guarded by lock: grows with each change that was seen
    private String seen = ""; // guarded by lock: what the database said last
    private long lookedAt = System.nanoTime() - LOOK.toNanos(); // guarded by lock

    RequestNews(Database database, Journal journal) {
        this.database = database;
        journal.listen(recorded -> {
            var kind = recorded.entry().kind();
            if (kind.startsWith("access_request.") || kind.startsWith("approval.")) {
                wake();
            }
        });
    }

    /** Grows with each change. */
    long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The version, as soon as it is another than {@code known} or a {@link #LOOK} has passed. */
    long await(long known) throws InterruptedException {
        look();
        lock.lock();
        try {
            var left = LOOK.toNanos();
            while (version == known && left > 0) {
                left = changed.awaitNanos(left);
            }
            return version;
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        lock.lock();
        try {
            if (System.nanoTime() - lookedAt < LOOK.toNanos()) {
                return; // somebody else just did, for all
            }
            lookedAt = System.nanoTime();
        } finally {
            lock.unlock();
        }
        var now = database.read(RequestStore::stamp);
        lock.lock();
        try {
            if (!now.equals(seen)) {
                version += seen.isEmpty() ? 0 : 1;
                seen = now;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
