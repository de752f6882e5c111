package dev.countersign.lab.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** Times a small operation: warm-up, then the median over many timed batches. */
final class Timing {
    private static final int LEAST_BATCHES = 3;

    private Timing() {}

    /**
     * Median nanoseconds of one call.
     *
     * @param batch calls between two looks at the clock
     * @param each called with the number of the call, from 0
     */
    static double medianNanos(Duration warmUp, Duration measured, int batch, IntConsumer each) {
        batches(warmUp, batch, each);
        var times = batches(measured, batch, each);
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private static double[] batches(Duration duration, int batch, IntConsumer each) {
        var times = new double[1024];
        var count = 0;
        var call = 0;
        var end = System.nanoTime() + duration.toNanos();
        for (var begin = System.nanoTime(); begin < end || count < LEAST_BATCHES; begin = System.nanoTime()) {
            for (var i = 0; i < batch; i++) {
                each.accept(call++ & Integer.MAX_VALUE);
            }
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = (double) (System.nanoTime() - begin) / batch;
        }
        return Arrays.copyOf(times, count);
    }
}
