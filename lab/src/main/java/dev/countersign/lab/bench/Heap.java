package dev.countersign.lab.bench;

import java.util.function.IntConsumer;

/** How much memory stays in use for each of many things. */
final class Heap {
    private static final int COLLECTIONS = 4;

    private double bytesEach;

    /** Bytes for each of the things measured last. */
    double bytesEach() {
        return bytesEach;
    }

    /** @param hold makes the thing with this number stay in memory */
    void measure(int count, IntConsumer hold) throws InterruptedException {
        var before = used();
        for (var i = 0; i < count; i++) {
            hold.accept(i);
        }
        bytesEach = (used() - before) / (double) count;
    }

    private static long used() throws InterruptedException {
        var runtime = Runtime.getRuntime();
        for (var i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100); // lets what was found unreachable be cleaned up
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
