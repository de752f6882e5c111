package dev.countersign.lab.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many connections that each send the next request as soon as their last one is answered. */
final class Load {
    private Load() {}

    /**
     * Runs {@code count} exchanges over {@code connections}.
     *
     * @param each makes request number i and looks at its answer
     */
    static Run over(URI server, int connections, int count, Exchange each)
            throws IOException, InterruptedException, ExecutionException {
        var nanos = new long[count];
        var next = new AtomicInteger();
        var open = new ArrayList<KeepAlive>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < connections; i++) {
                open.add(new KeepAlive(server));
            }
            var begin = System.nanoTime();
            var running = new ArrayList<Future<?>>();
            for (var connection : open) {
                running.add(threads.submit(() -> {
                    for (var i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        var request = each.request(i);
                        var sent = System.nanoTime();
                        var answer = connection.exchange(request);
                        nanos[i] = System.nanoTime() - sent;
                        each.answer(i, answer);
                    }
                    return null;
                }));
            }
            for (var one : running) {
                one.get();
            }
            return new Run(System.nanoTime() - begin, nanos);
        } finally {
            for (var connection : open) {
                connection.close();
            }
        }
    }

    /** What is sent and what comes back. Called by many threads. */
    interface Exchange {
        byte[] request(int i);

        void answer(int i, String body);
    }

    /** How long all of it took, and each. */
    record Run(long elapsedNanos, long[] nanos) {
        double perSecond() {
            return nanos.length * 1e9 / elapsedNanos;
        }

        double percentileMillis(double percentile) {
            var sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * percentile))] / 1e6;
        }
    }
}
