package dev.countersign.recorded;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes decisions off the answering path: a bounded queue and one writer. What does not fit is dropped and counted; a
 * decision never waits for its record and never fails for it.
 */
final class Recorder implements AutoCloseable {
    /** Records waiting for the writer. */
    static final int MAX_WAITING = 8_192;

    /** Memory that they may hold together, bytes. */
    static final long MAX_WAITING_BYTES = 64L << 20;

    /** Records taken from the queue at once. */
    static final int MAX_BATCH = 256;

    /** How long the writer collects for a row. With the commit, what a crash loses: under a second. */
    static final Duration LINGER = Duration.ofMillis(200);

    /** How often it looks meanwhile: much work at once would make the answers beside it late. */
    static final Duration STEP = Duration.ofMillis(10);

    /** How often records whose time is over are looked for. */
    static final Duration PRUNE_EVERY = Duration.ofSeconds(5);

    /** Rows deleted at once. */
    static final int PRUNE_STEP = 16;

    /** How long a stop waits for what is still to be written. */
    static final Duration MAX_CLOSING = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final RecordStore store;
    private final Duration keep;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final List<Consumer<DecisionRecord>> watchers = new CopyOnWriteArrayList<>();
    private final PackedRecords packing = new PackedRecords(); // the writer's alone
    private final Thread writer;
    private long pruned = System.nanoTime();
    private boolean failing;
    private volatile boolean closed;

    /** @param keep how long records are kept; zero: nothing is written */
    Recorder(RecordStore store, Duration keep, InstantSource clock) {
        this.store = store;
        this.keep = keep;
        this.clock = clock;
        this.writer = Thread.ofPlatform().name("decision-records").daemon().unstarted(this::run);
    }

    void start() {
        writer.start();
    }

    /** Never blocks and never throws. */
    void offer(DecisionRecord decision) {
        if (keep.isZero() && watchers.isEmpty()) {
            return;
        }
        var bytes = Weight.of(decision, RecordJson.MAX_BYTES);
        if (bytes > RecordJson.MAX_BYTES
                || waitingBytes.get() + bytes > MAX_WAITING_BYTES
                || !queue.offer(new Waiting(decision, bytes))) {
            dropped.increment();
            return;
        }
        waitingBytes.addAndGet(bytes);
    }

    /** Calls {@code watcher} with every record that is not dropped, on the writer's thread. */
    void watch(Consumer<DecisionRecord> watcher) {
        watchers.add(watcher);
    }

    DecisionRecords.Counts counts() {
        return new DecisionRecords.Counts(!keep.isZero(), written.sum(), dropped.sum(), queue.size());
    }

    @Override
    public void close() {
        closed = true; // not interrupted: it may be in the middle of a commit
        try {
            writer.join(MAX_CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (packing) {
            while (!closed || !queue.isEmpty()) {
                collect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does: the records that wait are lost, as in a crash
        }
    }

    private void collect() throws InterruptedException {
        var first = queue.poll(LINGER.toMillis(), TimeUnit.MILLISECONDS);
        try {
            if (first != null) {
                write(first);
            }
            if (!closed && System.nanoTime() - pruned > PRUNE_EVERY.toNanos()) {
                prune();
            }
        } catch (RuntimeException e) {
            LOG.error("the records of some decisions are lost", e);
        }
    }

    private void write(Waiting first) throws InterruptedException {
        var until = System.nanoTime() + LINGER.toNanos();
        var block = new RecordBlock();
        var some = new ArrayList<Waiting>(MAX_BATCH);
        some.add(first);
        queue.drainTo(some, MAX_BATCH - 1);
        while (true) {
            for (var waiting : some) {
                waitingBytes.addAndGet(-waiting.bytes());
                block = keep.isZero() ? block : added(waiting.decision(), block);
                tell(waiting.decision());
            }
            if (closed || System.nanoTime() > until) {
                break;
            }
            if (some.size() < MAX_BATCH) {
                Thread.sleep(STEP);
            }
            some.clear();
            queue.drainTo(some, MAX_BATCH);
        }
        store(block);
    }

    /** The block with the record, or the next one when this one is full. */
    private RecordBlock added(DecisionRecord decision, RecordBlock block) {
        var json = json(decision);
        if (json == null) {
            return block;
        }
        var open = block;
        if (!open.takes(decision.at(), json)) {
            store(open);
            open = new RecordBlock();
        }
        open.add(decision.evaluationId(), decision.at(), json);
        return open;
    }

    private void tell(DecisionRecord decision) {
        for (var watcher : watchers) {
            try {
                watcher.accept(decision);
            } catch (RuntimeException e) {
                LOG.error("decision {} was not watched", decision.evaluationId(), e);
            }
        }
    }

    /** Null, and counted, when a record cannot be one. */
    private byte @Nullable [] json(DecisionRecord decision) {
        try {
            var json = RecordJson.write(decision);
            if (json.length <= RecordJson.MAX_BYTES) {
                return json;
            }
        } catch (IllegalArgumentException e) { // a value that JSON cannot tell from another kind of value
            LOG.warn("decision {} cannot be recorded: {}", decision.evaluationId(), e.getMessage());
        }
        dropped.increment();
        return null;
    }

    private void store(RecordBlock block) {
        if (block.isEmpty()) {
            return;
        }
        try {
            store.insert(block.packed(packing));
            written.add(block.size());
            failing = false;
        } catch (RuntimeException e) {
            dropped.add(block.size());
            if (!failing) {
                LOG.warn("records of decisions cannot be stored and are dropped until they can", e);
            }
            failing = true;
        }
    }

    /** One small step; the next follows at once while there is more to delete. */
    private void prune() {
        try {
            var limit = clock.instant().minus(keep);
            if (!store.hasOlderThan(limit) || store.prune(limit, PRUNE_STEP) < PRUNE_STEP) {
                pruned = System.nanoTime();
            }
        } catch (RuntimeException e) {
            pruned = System.nanoTime();
            LOG.warn("old records of decisions could not be deleted", e);
        }
    }

    /** @param bytes its {@link Weight} */
    private record Waiting(DecisionRecord decision, int bytes) {}
}
