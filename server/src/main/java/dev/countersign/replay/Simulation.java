package dev.countersign.replay;

import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.RecordSource;
import dev.countersign.recorded.RecordSource.Raw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Replays everything a source has against a candidate: one thread reads, the others decode and evaluate. */
public final class Simulation {
    /** Records handed over at once. */
    private static final int CHUNK = 256;

    /** Chunks between reader and workers: what bounds the memory, whatever the number of records. */
    private static final int MAX_CHUNKS = 32;

    private static final List<Raw> END = List.of();

    private final Replay replay;
    private final RecordSource source;
    private final Instant since;
    private final int workers;
    private final BlockingQueue<List<Raw>> chunks = new ArrayBlockingQueue<>(MAX_CHUNKS);
    private volatile boolean failed;

    private Simulation(PolicySet candidate, RecordSource source, Instant since, int workers) {
        this.replay = new Replay(candidate);
        this.source = source;
        this.since = since;
        this.workers = workers;
    }

    /**
     * Replays what was decided at {@code since} or later on {@code workers} threads. Throws {@link IllegalStateException}
     * when a record cannot be read.
     */
    public static SimulationReport run(PolicySet candidate, RecordSource source, Instant since, int workers) {
        var simulation = new Simulation(candidate, source, since, workers);
        return SimulationReport.of(candidate.hash().value(), since, simulation.tally());
    }

    private Tally tally() {
        try (var threads = Executors.newFixedThreadPool(workers)) {
            var tallies = new ArrayList<Future<Tally>>();
            for (var i = 0; i < workers; i++) {
                tallies.add(threads.submit(this::work));
            }
            try {
                read();
            } finally {
                for (var i = 0; i < workers; i++) {
                    put(END);
                }
            }
            var sum = new Tally();
            for (var tally : tallies) {
                sum.add(tally.get());
            }
            return sum;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalStateException unreadable) {
                throw unreadable;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void read() throws InterruptedException {
        var chunk = new ArrayList<List<Raw>>(1);
        chunk.add(new ArrayList<>(CHUNK));
        source.each(since, raw -> {
            var open = chunk.getFirst();
            open.add(raw);
            if (open.size() == CHUNK) {
                put(open);
                chunk.set(0, new ArrayList<>(CHUNK));
            }
        });
        if (!chunk.getFirst().isEmpty()) {
            put(chunk.getFirst());
        }
    }

    /** Waits for room, but not for workers that are gone. */
    private void put(List<Raw> chunk) {
        try {
            var placed = false;
            while (!placed && !failed) {
                placed = chunks.offer(chunk, 100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // END is a mark
    private Tally work() throws InterruptedException {
        var tally = new Tally();
        try (var decoder = source.decoder()) {
            while (!failed) {
                var chunk = chunks.poll(100, TimeUnit.MILLISECONDS);
                if (chunk == END) {
                    break;
                }
                if (chunk != null) {
                    chunk.forEach(raw -> replay(decoder.decode(raw), tally));
                }
            }
            return tally;
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        }
    }

    private void replay(DecisionRecord decision, Tally tally) {
        if (!decision.at().isBefore(since)) {
            tally.add(decision, replay.differences(decision));
        }
    }
}
