package dev.countersign.lab.bench;

/** One benchmark with one goal. */
public interface Bench {
    /** What it is called on the command line. */
    String name();

    /** Measures. Takes seconds to minutes. */
    Result run() throws Exception;
}
