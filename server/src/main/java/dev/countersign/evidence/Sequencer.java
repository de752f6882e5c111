package dev.countersign.evidence;

import dev.countersign.key.KeyRing;
import dev.countersign.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds durable entries into the tree and signs a checkpoint, at most {@link #COALESCE} plus its own work after an entry.
 * One node of a deployment does it at a time: on PostgreSQL the holder of an advisory lock.
 */
final class Sequencer implements AutoCloseable {
    /** Entries of this long share one checkpoint. */
    static final Duration COALESCE = Duration.ofMillis(250);

    /** Entries folded in one database transaction. */
    static final int MAX_FOLD = 8_192;

    private static final long LOCK = 0x636f756e74657273L; // "counters"
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

    private final Database database;
    private final EvidenceStore store;
    private final Journal journal;
    private final KeyRing keys;
    private final String origin;
    private final InstantSource clock;
    private final Semaphore news = new Semaphore(1);
    private final Thread thread;
    private final Merkle merkle = new Merkle();
    private volatile boolean closed;
    private @Nullable TileWriter tiles;
    private @Nullable Connection lock;

    Sequencer(
            Database database, EvidenceStore store, Journal journal, KeyRing keys, String origin, InstantSource clock) {
        this.database = database;
        this.store = store;
        this.journal = journal;
        this.keys = keys;
        this.origin = origin;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("sequencer").daemon().unstarted(this::run);
    }

    /** Throws {@link IllegalStateException} when the stored tree does not fit its newest checkpoint: nothing is signed then. */
    void start() {
        tiles = resume();
        journal.listen(recorded -> {
            if (news.availablePermits() == 0) {
                news.release();
            }
        });
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        news.release();
        try {
            thread.join(RETRY.multipliedBy(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        unlock();
    }

    private void run() {
        while (!closed) {
            try {
                // Other nodes' entries make no news here, so look anyway now and then.
                var _ = news.tryAcquire(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                if (!closed) {
                    Thread.sleep(COALESCE);
                }
                foldAll();
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.error("the evidence tree could not be grown; trying again", e);
                tiles = null; // read the edge again: another node may have been at work
                unlock();
            }
        }
        finish();
    }

    /** Signs what came last, so that a stopped server leaves nothing unsigned. */
    private void finish() {
        try {
            foldAll();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("the last entries stay unsigned until the next start", e);
        }
    }

    private void foldAll() throws SQLException {
        if (!isLeader()) {
            return;
        }
        while (fold()) {
            LOG.debug("more entries wait");
        }
    }

    /** Folds up to {@link #MAX_FOLD} entries. True when more are waiting. */
    private boolean fold() {
        if (tiles == null) {
            tiles = resume();
        }
        var from = tiles.size();
        var to = Math.min(store.size(), from + MAX_FOLD);
        if (to <= from) {
            return false;
        }
        var entries = store.entries(from, to);
        if (entries.size() != to - from) {
            throw new IllegalStateException("The evidence log has a gap between " + from + " and " + to);
        }
        for (var entry : entries) {
            tiles.append(merkle.leaf(entry));
        }
        var changed = tiles.takeChanged();
        var root = new Tiles((level, index) -> {
                    var fresh = changed.get(new TileWriter.Place(level, index));
                    return fresh == null ? store.tile(level, index) : fresh;
                })
                .root(to);
        var checkpoint = Checkpoint.sign(origin, to, root, keys.checkpointKey());
        var now = clock.millis();
        journal.commit((handle, evidence) -> {
            EvidenceStore.save(handle, from, changed, checkpoint, now);
            return to;
        });
        return to == from + MAX_FOLD;
    }

    /** The edge of the stored tree, after comparing it with what was signed. */
    private TileWriter resume() {
        var latest = store.latestCheckpoint();
        if (latest.isEmpty()) {
            return TileWriter.resume(store, 0);
        }
        var key = Checkpoint.verifierKey(origin, keys.checkpointKey().publicKey());
        try {
            var signed = Checkpoint.verify(latest.get().note(), key);
            if (store.size() < signed.size()) {
                throw new IllegalStateException("The evidence log is shorter than its newest checkpoint");
            }
            if (!Arrays.equals(signed.root(), new Tiles(store).root(signed.size()))) {
                throw new IllegalStateException("The evidence tree does not fit its newest checkpoint");
            }
            return TileWriter.resume(store, signed.size());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("The newest checkpoint does not verify: " + e.getMessage(), e);
        }
    }

    private boolean isLeader() throws SQLException {
        if (database.engine() == Database.Engine.SQLITE) {
            return true;
        }
        if (lock != null && lock.isValid(1)) {
            return true;
        }
        unlock();
        tiles = null;
        var connection = database.openWriter();
        connection.setAutoCommit(true);
        try (var statement = connection.prepareStatement("select pg_try_advisory_lock(?)")) {
            statement.setLong(1, LOCK);
            try (var row = statement.executeQuery()) {
                if (row.next() && row.getBoolean(1)) {
                    lock = connection;
                    return true;
                }
            }
        }
        connection.close();
        return false;
    }

    private void unlock() {
        var held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (SQLException e) {
                LOG.debug("the lock's connection was already gone", e);
            }
        }
    }
}
