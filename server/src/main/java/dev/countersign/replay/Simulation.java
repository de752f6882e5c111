package dev.countersign.replay;

import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.RecordSource;
import dev.countersign.recorded.RecordSource.Raw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Replays everything a source has against a candidate: one thread reads, the others decode and evaluate. */
public final class Simulation {
    /** What waits between reader and workers, of a few hundred records each: bounds the memory, however many there are. */
    private static final int MAX_WAITING = 16;

    private static final Raw END = new Raw("", 0, new byte[0]);

    private final Replay replay;
    private final RecordSource source;
    private final Instant since;
    private final int workers;
    private final BlockingQueue<Raw> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
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
                source.each(since, this::put);
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

    /** Waits for room, but not for workers that are gone. */
    private void put(Raw raw) {
        try {
            var placed = false;
            while (!placed && !failed) {
                placed = waiting.offer(raw, 100, TimeUnit.MILLISECONDS);
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
                var raw = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (raw == END) {
                    break;
                }
                if (raw != null) {
                    decoder.decode(raw, since, (decision, _) -> tally.add(decision, replay.differences(decision)));
                }
            }
            return tally;
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        }
    }
}
